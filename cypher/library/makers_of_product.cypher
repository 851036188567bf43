// title.en = "Makers of a product"
// title.zh = "一种产品的生产者"
// description.en = "Who makes a product, with the share of it in their business and how many buyers they have."
// description.zh = "谁生产该产品，占其业务多大比重，有多少买家。"
// starts_from = "product"
//
// [parameters.product]
// type = "text"
// help.en = "Id or name of the product"
// help.zh = "产品编号或名称"
//
// [parameters.region]
// type = "text"
// default = ""
// help.en = "Only those of this region; empty for all"
// help.zh = "只看该地区；空为全部"
//
// [parameters.unwon_only]
// type = "flag"
// default = false
// help.en = "Only parties that are no customers and may be contacted"
// help.zh = "只看尚未开户且可联系的"
//
// [columns]
// product_id = "text"
// party_id = "text"
// name = "text"
// kind = "text"
// region = "text"
// is_customer = "flag"
// share = "number"
// buyers = "integer"
MATCH (x:Product)<-[m:MAKES]-(p:Party)
WHERE (x.product_id = $product OR x.name = $product) AND ($region = '' OR p.region = $region)
  AND (NOT $unwon_only OR NOT (p.is_customer OR p.do_not_contact))
RETURN x.product_id AS product_id, p.party_id AS party_id, p.name AS name, p.kind AS kind, p.region AS region,
  p.is_customer AS is_customer, m.share AS share, p.n_buyers AS buyers
ORDER BY buyers DESC, party_id, product_id;
