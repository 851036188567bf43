// title.en = "Core enterprises by un-won partners"
// title.zh = "按未开户的一级上下游给核心企业排名"
// description.en = "For each core enterprise, how many of its direct suppliers and buyers are no customers yet; where a campaign pays most."
// description.zh = "每家核心企业的直接供应商和买家中，有多少还不是客户：从哪家入手最划算。"
// starts_from = "none"
//
// [parameters.region]
// type = "text"
// default = ""
// help.en = "Only those of this region; empty for all"
// help.zh = "只看该地区；空为全部"
//
// [parameters.min_unwon]
// type = "integer"
// default = 1
// help.en = "Least number of un-won partners"
// help.zh = "未开户伙伴最少家数"
//
// [columns]
// party_id = "text"
// name = "text"
// region = "text"
// is_customer = "flag"
// manager_id = "text"
// suppliers = "integer"
// buyers = "integer"
// unwon = "integer"
// unwon_suppliers = "integer"
// unwon_buyers = "integer"
MATCH (c:Party {is_core: true})
WHERE $region = '' OR c.region = $region
OPTIONAL MATCH (c)<-[:SUPPLIES]-(s:Party)
WHERE NOT s.is_customer AND NOT s.do_not_contact
WITH c, count(s) AS unwon_suppliers
OPTIONAL MATCH (c)-[:SUPPLIES]->(b:Party)
WHERE NOT b.is_customer AND NOT b.do_not_contact
WITH c, unwon_suppliers, count(b) AS unwon_buyers
OPTIONAL MATCH (c)-[:SUPPLIES]->(m:Party)-[:SUPPLIES]->(c)
WHERE NOT m.is_customer AND NOT m.do_not_contact
WITH c, unwon_suppliers, unwon_buyers, unwon_suppliers + unwon_buyers - count(m) AS unwon
WHERE unwon >= $min_unwon
RETURN c.party_id AS party_id, c.name AS name, c.region AS region, c.is_customer AS is_customer,
  c.manager_id AS manager_id, c.n_suppliers AS suppliers, c.n_buyers AS buyers, unwon, unwon_suppliers, unwon_buyers
ORDER BY unwon DESC, party_id;
