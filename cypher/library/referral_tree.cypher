// title.en = "Referral tree of a party"
// title.zh = "一个主体的转介绍树"
// description.en = "Everybody whom a party has introduced, directly or through those introduced, with the generation and who did it last."
// description.zh = "由该主体直接或层层转介绍而来的所有主体：第几代，上一手是谁。"
// starts_from = "party"
//
// [parameters.party]
// type = "text"
// refers = "party"
// help.en = "Id or whole name of the party"
// help.zh = "主体编号或全名"
//
// [parameters.generations]
// type = "integer"
// default = 4
// help.en = "Most generations, 1 to 5"
// help.zh = "最多几代，1 到 5"
//
// [columns]
// party_id = "text"
// name = "text"
// is_customer = "flag"
// generation = "integer"
// introduced_by = "list"
MATCH path = (a:Party {party_id: $party})-[:REFERRED*0..4]->(r:Party)
WHERE length(path) < $generations
WITH a, r, min(length(path)) AS before
MATCH (r)-[:REFERRED]->(p:Party)
WHERE p.party_id <> a.party_id
WITH p, min(before) + 1 AS generation, collect(DISTINCT r.party_id) AS introduced_by
RETURN p.party_id AS party_id, p.name AS name, p.is_customer AS is_customer, generation, introduced_by
ORDER BY generation, party_id;
