// title.en = "Suppliers that live on one buyer"
// title.zh = "只靠一个买家的供应商"
// description.en = "Suppliers whose largest buyer takes at least this share of all we know them to sell."
// description.zh = "已知销售额中，最大买家占比达到下限的供应商。"
// starts_from = "none"
//
// [parameters.min_share]
// type = "number"
// default = 0.9
// help.en = "Least share of the largest buyer, 0 to 1"
// help.zh = "最大买家占比下限，0 到 1"
//
// [parameters.min_amount]
// type = "number"
// default = 100000.0
// help.en = "Least sold to that buyer over the last 12 months"
// help.zh = "近12个月卖给该买家的最低金额"
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
// is_customer = "flag"
// buyers = "integer"
// share = "number"
// buyer_id = "text"
// buyer_name = "text"
// amount_12 = "number"
// last = "date"
MATCH (s:Party)-[r:SUPPLIES]->(b:Party)
WHERE s.top_buyer_share >= $min_share AND r.share_out = s.top_buyer_share AND r.amount_12 >= $min_amount
  AND ($region = '' OR s.region = $region)
RETURN s.party_id AS party_id, s.name AS name, s.kind AS kind, s.region AS region, s.is_customer AS is_customer,
  s.n_buyers AS buyers, round(r.share_out, 4) AS share, b.party_id AS buyer_id, b.name AS buyer_name,
  r.amount_12 AS amount_12, r.last AS last
ORDER BY amount_12 DESC, party_id, buyer_id;
