// title.en = "Isolated parties"
// title.zh = "孤立的主体"
// description.en = "Parties that nothing binds to any other: no trade, tie, share, surety, referral or group. Often a gap in the data."
// description.zh = "与任何主体都没有关系的主体：无买卖、无熟人、无持股、无担保、无转介绍、不属任何群体；常是数据缺口。"
// starts_from = "none"
//
// [parameters.customers_only]
// type = "flag"
// default = false
// help.en = "Only customers"
// help.zh = "只看客户"
//
// [parameters.region]
// type = "text"
// default = ""
// help.en = "Only those of this region; empty for all"
// help.zh = "只看该地区；空为全部"
//
// [columns]
// party_id = "text"
// name = "text"
// kind = "text"
// region = "text"
// manager_id = "text"
// is_customer = "flag"
MATCH (p:Party)
WHERE p.n_suppliers = 0 AND p.n_buyers = 0 AND (p.is_customer OR NOT $customers_only)
  AND ($region = '' OR p.region = $region)
  AND NOT EXISTS { MATCH (p)-[:KNOWS|OWNS|GUARANTEES|REFERRED]-(:Party) }
  AND NOT EXISTS { MATCH (p)-[:MEMBER_OF]->(:`Group`) }
RETURN p.party_id AS party_id, p.name AS name, p.kind AS kind, p.region AS region, p.manager_id AS manager_id,
  p.is_customer AS is_customer
ORDER BY party_id;
