// title.en = "Who is left in a grid"
// title.zh = "一个网格里还没开户的主体"
// description.en = "Parties of a grid that are no customers, those that trade with the most customers first."
// description.zh = "网格中尚未成为客户的主体，与客户买卖最多的在前。"
// starts_from = "grid"
//
// [parameters.grid]
// type = "text"
// help.en = "Name of the grid"
// help.zh = "网格编号"
//
// [columns]
// party_id = "text"
// name = "text"
// kind = "text"
// industry = "text"
// manager_id = "text"
// customers_traded_with = "integer"
// partners = "integer"
MATCH (g:Grid {grid: $grid})<-[:IN_GRID]-(p:Party)
WHERE NOT p.is_customer AND NOT p.do_not_contact
OPTIONAL MATCH (p)-[:SUPPLIES]-(c:Party {is_customer: true})
WITH p, count(DISTINCT c.party_id) AS customers_traded_with
RETURN p.party_id AS party_id, p.name AS name, p.kind AS kind, p.industry AS industry, p.manager_id AS manager_id,
  customers_traded_with, p.n_suppliers + p.n_buyers AS partners
ORDER BY customers_traded_with DESC, party_id;
