// title.en = "Products with their makers"
// title.zh = "产品及其生产者"
// description.en = "How many parties make each product, how many of them are customers, and into how many products it goes."
// description.zh = "每种产品有多少生产者、其中多少是客户，又进入多少种产品。"
// starts_from = "none"
//
// [parameters.region]
// type = "text"
// default = ""
// help.en = "Only those of this region; empty for all"
// help.zh = "只看该地区；空为全部"
//
// [columns]
// product_id = "text"
// name = "text"
// makers = "integer"
// customers = "integer"
// prospects = "integer"
// goes_into = "integer"
MATCH (x:Product)<-[:MAKES]-(p:Party)
WHERE $region = '' OR p.region = $region
WITH x, count(p) AS makers, count(CASE WHEN p.is_customer THEN 1 END) AS customers,
  count(CASE WHEN NOT p.is_customer AND NOT p.do_not_contact THEN 1 END) AS prospects
OPTIONAL MATCH (x)-[:GOES_INTO]->(y:Product)
WITH x, makers, customers, prospects, count(y) AS goes_into
RETURN x.product_id AS product_id, x.name AS name, makers, customers, prospects, goes_into
ORDER BY makers DESC, product_id;
