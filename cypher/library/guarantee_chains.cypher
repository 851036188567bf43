// title.en = "Guarantee chains of a party"
// title.zh = "一个主体的担保链"
// description.en = "Whom a party stands surety for, directly or through others (answers_for), and who does so for it (backed_by): in how many steps."
// description.zh = "该主体直接或间接为谁担保（answers_for 步），又由谁为它担保（backed_by 步）。"
// starts_from = "party"
//
// [parameters.party]
// type = "text"
// refers = "party"
// help.en = "Id or whole name of the party"
// help.zh = "主体编号或全名"
//
// [parameters.hops]
// type = "integer"
// default = 4
// help.en = "Longest chain, 1 to 5"
// help.zh = "担保链最长几步，1 到 5"
//
// [columns]
// party_id = "text"
// name = "text"
// kind = "text"
// is_customer = "flag"
// answers_for = "integer"
// backed_by = "integer"
MATCH path = (a:Party {party_id: $party})-[:GUARANTEES*1..5]-(p:Party)
WHERE length(path) <= $hops AND p.party_id <> a.party_id
WITH DISTINCT a, p
OPTIONAL MATCH down = (a)-[:GUARANTEES*1..5]->(p)
WHERE length(down) <= $hops
WITH a, p, min(length(down)) AS answers_for
OPTIONAL MATCH up = (p)-[:GUARANTEES*1..5]->(a)
WHERE length(up) <= $hops
WITH p, answers_for, min(length(up)) AS backed_by
WHERE answers_for IS NOT NULL OR backed_by IS NOT NULL
RETURN p.party_id AS party_id, p.name AS name, p.kind AS kind, p.is_customer AS is_customer, answers_for, backed_by
ORDER BY party_id;
