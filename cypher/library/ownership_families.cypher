// title.en = "Owners of several firms"
// title.zh = "名下有多家企业的股东"
// description.en = "Owners that hold shares of at least so many firms, with how many of the firms are customers."
// description.zh = "持有多家企业股份的股东，以及其中几家是客户。"
// starts_from = "none"
//
// [parameters.min_firms]
// type = "integer"
// default = 3
// help.en = "Least number of firms"
// help.zh = "至少几家企业"
//
// [parameters.min_share]
// type = "number"
// default = 0.0
// help.en = "Only holdings of at least this share; unknown shares count as 0"
// help.zh = "只看不低于此比例的持股；比例不明按 0 计"
//
// [columns]
// party_id = "text"
// name = "text"
// kind = "text"
// is_customer = "flag"
// firms = "integer"
// customers = "integer"
// firm_ids = "list"
MATCH (o:Party)-[r:OWNS]->(f:Party)
WHERE coalesce(r.share, 0.0) >= $min_share
WITH o, collect(DISTINCT f.party_id) AS firm_ids,
  count(DISTINCT CASE WHEN f.is_customer THEN f.party_id END) AS customers
WHERE size(firm_ids) >= $min_firms
RETURN o.party_id AS party_id, o.name AS name, o.kind AS kind, o.is_customer AS is_customer, size(firm_ids) AS firms,
  customers, firm_ids
ORDER BY firms DESC, party_id;
