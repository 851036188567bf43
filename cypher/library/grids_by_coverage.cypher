// title.en = "Grids by coverage"
// title.zh = "按覆盖率给网格排名"
// description.en = "Parties, customers and prospects of each grid, with the account managers that serve it; the least covered first."
// description.zh = "每个网格有多少主体、客户和潜在客户，由哪些客户经理负责；覆盖率低的在前。"
// starts_from = "none"
//
// [parameters.min_parties]
// type = "integer"
// default = 1
// help.en = "Least number of parties"
// help.zh = "最少主体数"
//
// [columns]
// grid = "text"
// parties = "integer"
// customers = "integer"
// coverage = "number"
// prospects = "integer"
// manager_ids = "list"
MATCH (g:Grid)<-[:IN_GRID]-(p:Party)
WITH g, count(p) AS parties, count(CASE WHEN p.is_customer THEN 1 END) AS customers,
  count(CASE WHEN NOT p.is_customer AND NOT p.do_not_contact THEN 1 END) AS prospects
WHERE parties >= $min_parties
OPTIONAL MATCH (m:Manager)-[:SERVES]->(g)
WITH g, parties, customers, prospects, collect(m.manager_id) AS manager_ids
RETURN g.grid AS grid, parties, customers, round(1.0 * customers / parties, 4) AS coverage, prospects, manager_ids
ORDER BY coverage, grid;
