// title.en = "Parties hanging on several core enterprises"
// title.zh = "同时挂靠多家核心企业的主体"
// description.en = "Parties that are no customers and trade directly with at least so many core enterprises."
// description.zh = "尚未成为客户、却与多家核心企业直接买卖的主体。"
// starts_from = "none"
//
// [parameters.min_cores]
// type = "integer"
// default = 3
// help.en = "Least number of core enterprises"
// help.zh = "至少几家核心企业"
//
// [parameters.region]
// type = "text"
// default = ""
// help.en = "Only those of this region; empty for all"
// help.zh = "只看该地区；空为全部"
//
// [parameters.manager]
// type = "text"
// default = ""
// help.en = "Only those of this account manager; empty for all"
// help.zh = "只看该客户经理名下；空为全部"
//
// [columns]
// party_id = "text"
// name = "text"
// kind = "text"
// region = "text"
// manager_id = "text"
// cores = "integer"
// core_ids = "list"
MATCH (c:Party {is_core: true})
WITH c
OPTIONAL MATCH (c)-[:SUPPLIES]-(p:Party)
WHERE NOT p.is_customer AND NOT p.do_not_contact
  AND ($region = '' OR p.region = $region) AND ($manager = '' OR p.manager_id = $manager)
WITH p.party_id AS party_id, collect(DISTINCT c.party_id) AS core_ids
WHERE size(core_ids) >= $min_cores
MATCH (p:Party {party_id: party_id})
RETURN party_id, p.name AS name, p.kind AS kind, p.region AS region, p.manager_id AS manager_id,
  size(core_ids) AS cores, core_ids
ORDER BY cores DESC, party_id;
