// title.en = "Product chain up and down"
// title.zh = "产品链上下游"
// description.en = "What goes into a product and what it goes into, in how many steps each way; with loops, a product may stand on both sides."
// description.zh = "哪些产品进入该产品（upstream 步），它又进入哪些产品（downstream 步）；有回路时同一产品可在两侧。"
// starts_from = "product"
//
// [parameters.product]
// type = "text"
// help.en = "Id or name of the product"
// help.zh = "产品编号或名称"
//
// [parameters.tiers]
// type = "integer"
// default = 2
// help.en = "Most steps, 1 to 3"
// help.zh = "最多几步，1 到 3"
//
// [columns]
// product_id = "text"
// name = "text"
// upstream = "integer"
// downstream = "integer"
// makers = "integer"
// unwon_makers = "integer"
MATCH (x:Product), (y:Product)
WHERE (x.product_id = $product OR x.name = $product) AND y.product_id <> x.product_id
OPTIONAL MATCH up = (y)-[:GOES_INTO*1..3]->(x)
WHERE length(up) <= $tiers
WITH x, y, min(length(up)) AS upstream
OPTIONAL MATCH down = (x)-[:GOES_INTO*1..3]->(y)
WHERE length(down) <= $tiers
WITH y, upstream, min(length(down)) AS downstream
WHERE upstream IS NOT NULL OR downstream IS NOT NULL
OPTIONAL MATCH (y)<-[:MAKES]-(p:Party)
WITH y, upstream, downstream, count(p) AS makers,
  count(CASE WHEN NOT p.is_customer AND NOT p.do_not_contact THEN 1 END) AS unwon_makers
RETURN y.product_id AS product_id, y.name AS name, upstream, downstream, makers, unwon_makers
ORDER BY product_id;
