// title.en = "Ownership family of a party"
// title.zh = "一个主体的股权家族"
// description.en = "Everybody bound to a party by shareholding, whatever the direction, and in how many steps."
// description.zh = "经由持股（不论方向）与该主体相连的所有主体，以及相隔几步。"
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
// help.en = "Farthest, 1 to 4 steps"
// help.zh = "最远几步，1 到 4"
//
// [columns]
// party_id = "text"
// name = "text"
// kind = "text"
// is_customer = "flag"
// is_core = "flag"
// steps = "integer"
MATCH path = (a:Party {party_id: $party})-[:OWNS*1..4]-(p:Party)
WHERE length(path) <= $hops AND p.party_id <> a.party_id
WITH p, min(length(path)) AS steps
RETURN p.party_id AS party_id, p.name AS name, p.kind AS kind, p.is_customer AS is_customer, p.is_core AS is_core,
  steps
ORDER BY steps, party_id;
