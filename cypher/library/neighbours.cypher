// title.en = "Neighbours of a party"
// title.zh = "一个主体的全部邻居"
// description.en = "Every party one relationship away, each once, with how the two are bound and what is traded either way."
// description.zh = "与该主体直接相连的每个主体各一行：两者有哪些关系，双方买卖多少。"
// starts_from = "party"
//
// [parameters.party]
// type = "text"
// refers = "party"
// help.en = "Id or whole name of the party"
// help.zh = "主体编号或全名"
//
// [columns]
// party_id = "text"
// name = "text"
// kind = "text"
// is_customer = "flag"
// buys = "number"
// sells = "number"
// knows = "list"
// owns = "flag"
// owned_by = "flag"
// guarantees = "flag"
// guaranteed_by = "flag"
// referred = "flag"
// referred_by = "flag"
MATCH (p:Party {party_id: $party})-[:SUPPLIES|REFERRED|KNOWS|OWNS|GUARANTEES]-(o:Party)
WITH DISTINCT p, o
OPTIONAL MATCH (p)-[b:SUPPLIES]->(o)
OPTIONAL MATCH (o)-[s:SUPPLIES]->(p)
OPTIONAL MATCH (p)-[k:KNOWS]-(o)
WITH p, o, b.amount AS buys, s.amount AS sells, collect(DISTINCT k.kind) AS knows
RETURN o.party_id AS party_id, o.name AS name, o.kind AS kind, o.is_customer AS is_customer,
  buys, sells, knows,
  EXISTS { MATCH (o)-[:OWNS]->(p) } AS owns, EXISTS { MATCH (p)-[:OWNS]->(o) } AS owned_by,
  EXISTS { MATCH (o)-[:GUARANTEES]->(p) } AS guarantees, EXISTS { MATCH (p)-[:GUARANTEES]->(o) } AS guaranteed_by,
  EXISTS { MATCH (o)-[:REFERRED]->(p) } AS referred, EXISTS { MATCH (p)-[:REFERRED]->(o) } AS referred_by
ORDER BY party_id;
