// title.en = "Links that grew"
// title.zh = "增长的往来"
// description.en = "Links whose last 12 months are so many times the 12 before; a customer at one end, or all with ours_only off."
// description.zh = "近12个月交易额达到此前12个月若干倍的链路；默认至少一端是客户。"
// starts_from = "none"
//
// [parameters.growth]
// type = "number"
// default = 2.0
// help.en = "Last 12 months divided by the 12 before, at least"
// help.zh = "近12个月与此前12个月之比的下限"
//
// [parameters.min_amount]
// type = "number"
// default = 10000.0
// help.en = "Least traded in the 12 months before"
// help.zh = "此前12个月的最低交易额"
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
// amount_24 = "number"
// amount_12 = "number"
// growth = "number"
// last = "date"
MATCH (s:Party)-[r:SUPPLIES]->(b:Party)
WHERE r.amount_24 > 0 AND r.amount_24 >= $min_amount AND r.amount_12 >= $growth * r.amount_24
  AND (s.is_customer OR b.is_customer OR NOT $ours_only)
RETURN s.party_id AS supplier_id, s.name AS supplier_name, b.party_id AS buyer_id, b.name AS buyer_name,
  r.amount_24 AS amount_24, r.amount_12 AS amount_12, round(r.amount_12 / r.amount_24, 2) AS growth, r.last AS last
ORDER BY r.amount_12 - r.amount_24 DESC, supplier_id, buyer_id;
