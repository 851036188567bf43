// title.en = "Who is left in a group"
// title.zh = "一个群体里还没开户的成员"
// description.en = "Members of a group that are no customers, with how many members they know who are."
// description.zh = "群体中尚未成为客户的成员，以及他们认识几位已是客户的成员。"
// starts_from = "group"
//
// [parameters.group_id]
// type = "text"
// help.en = "Id of the group"
// help.zh = "群体编号"
//
// [columns]
// party_id = "text"
// name = "text"
// kind = "text"
// role = "text"
// manager_id = "text"
// customers_known = "integer"
// known_ids = "list"
MATCH (g:`Group` {group_id: $group_id})<-[m:MEMBER_OF]-(p:Party)
WHERE NOT p.is_customer AND NOT p.do_not_contact
OPTIONAL MATCH (p)-[:KNOWS]-(c:Party {is_customer: true})-[:MEMBER_OF]->(g)
WITH p, m, collect(DISTINCT c.party_id) AS known_ids
RETURN p.party_id AS party_id, p.name AS name, p.kind AS kind, m.role AS role, p.manager_id AS manager_id,
  size(known_ids) AS customers_known, known_ids
ORDER BY customers_known DESC, party_id;
