// title.en = "Signals about products and who works them up"
// title.zh = "产品信号及其下游"
// description.en = "News of products since a day, with the products they go into and the makers of those: whom a price may squeeze."
// description.zh = "某日以来的产品信号、它进入的产品以及这些产品的生产者：涨跌会挤压谁。"
// starts_from = "none"
//
// [parameters.since]
// type = "date"
// default = "as_of-60"
// help.en = "Only signals on or after this day"
// help.zh = "只看这天及以后的信号"
//
// [parameters.kind]
// type = "text"
// default = ""
// help.en = "Only signals of this kind; empty for all"
// help.zh = "只看此类信号；空为全部"
//
// [columns]
// signal_id = "text"
// date = "date"
// kind = "text"
// value = "text"
// product_id = "text"
// name = "text"
// goes_into = "list"
// makers = "integer"
// customers = "integer"
MATCH (y:Product)
OPTIONAL MATCH (y)<-[:MAKES]-(p:Party)
WITH y, count(p) AS made, count(CASE WHEN p.is_customer THEN 1 END) AS ours
MATCH (x:Product)-[:GOES_INTO]->(y)
WITH x, collect(y.product_id) AS goes_into, sum(made) AS makers, sum(ours) AS customers
MATCH (g:Signal)-[:ABOUT]->(x)
WHERE g.date >= $since AND ($kind = '' OR g.kind = $kind)
RETURN g.signal_id AS signal_id, g.date AS date, g.kind AS kind, g.value AS value, x.product_id AS product_id,
  x.name AS name, goes_into, makers, customers
ORDER BY date DESC, signal_id;
