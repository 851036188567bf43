// title.en = "Links gone quiet"
// title.zh = "沉寂下来的往来"
// description.en = "Links that used to trade often and have not since a day; a customer at one end, or both with ours_only off."
// description.zh = "过去常有往来、某日之后再无交易的链路；默认至少一端是客户。"
// starts_from = "none"
//
// [parameters.quiet_since]
// type = "date"
// default = "as_of-180"
// help.en = "No trade on or after this day"
// help.zh = "从这天起再无交易"
//
// [parameters.min_deliveries]
// type = "integer"
// default = 6
// help.en = "Least number of deliveries before"
// help.zh = "此前最少交易笔数"
//
// [parameters.ours_only]
// type = "flag"
// default = true
// help.en = "Only links with a customer at one end"
// help.zh = "只看至少一端是客户的"
//
// [columns]
// supplier_id = "text"
// supplier_name = "text"
// buyer_id = "text"
// buyer_name = "text"
// first = "date"
// last = "date"
// deliveries = "integer"
// amount = "number"
// amount_12 = "number"
MATCH (s:Party)-[r:SUPPLIES]->(b:Party)
WHERE r.last < $quiet_since AND r.n >= $min_deliveries AND (s.is_customer OR b.is_customer OR NOT $ours_only)
RETURN s.party_id AS supplier_id, s.name AS supplier_name, b.party_id AS buyer_id, b.name AS buyer_name,
  r.first AS first, r.last AS last, r.n AS deliveries, r.amount AS amount, r.amount_12 AS amount_12
ORDER BY coalesce(r.amount, 0.0) DESC, supplier_id, buyer_id;
