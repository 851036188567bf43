// title.en = "Guarantee circles"
// title.zh = "担保圈"
// description.en = "Closed chains of sureties of 2 to 6 parties, each once, from the member with the least id on; one default runs through all."
// description.zh = "2 到 6 个主体首尾相接的担保圈，每圈一行，从编号最小的成员起；一家违约会牵连全圈。"
// starts_from = "none"
//
// [parameters.most]
// type = "integer"
// default = 6
// help.en = "Most members, 2 to 6"
// help.zh = "成员上限，2 到 6"
//
// [columns]
// members = "integer"
// customers = "integer"
// party_ids = "sequence"
// names = "sequence"
MATCH (:Party)-[:GUARANTEES]->(a:Party)
WITH DISTINCT a
MATCH p = (a)-[:GUARANTEES* ACYCLIC 1..5]->(b:Party), (b)-[:GUARANTEES]->(a)
WHERE length(p) < $most AND all(n IN nodes(p) WHERE n.party_id >= a.party_id)
  AND size(list_distinct(properties(nodes(p), 'party_id'))) = length(p) + 1
RETURN length(p) + 1 AS members, size(list_filter(nodes(p), n -> n.is_customer)) AS customers,
  properties(nodes(p), 'party_id') AS party_ids, properties(nodes(p), 'name') AS names
ORDER BY members DESC, list_to_string('>', party_ids)
