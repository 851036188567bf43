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
MATCH (:Party)-[:GUARANTEES]->(a:Party)-[:GUARANTEES]->(:Party)
WITH DISTINCT a
MATCH p = (a)-[:GUARANTEES* ACYCLIC 1..5]->(b:Party)
WITH a, b, p
MATCH (b)-[:GUARANTEES]->(a)
WITH properties(nodes(p), 'party_id') AS party_ids, properties(nodes(p), 'name') AS names,
  properties(nodes(p), 'is_customer') AS ours
WHERE size(party_ids) <= $most AND size(list_distinct(party_ids)) = size(party_ids)
  AND list_sort(party_ids)[1] = party_ids[1]
RETURN size(party_ids) AS members, size(list_filter(ours, x -> x)) AS customers, party_ids, names
ORDER BY members DESC, list_to_string('>', party_ids);
