// title.en = "Signals about firms and who buys from them"
// title.zh = "企业信号及其下游"
// description.en = "News of firms since a day, with the buyers that depend on them and how many of these are customers: whom it may hit."
// description.zh = "某日以来的企业信号，以及依赖该企业供货的买家、其中多少是客户：可能波及谁。"
// starts_from = "none"
//
// [parameters.since]
// type = "date"
// default = "as_of-30"
// help.en = "Only signals on or after this day"
// help.zh = "只看这天及以后的信号"
//
// [parameters.kind]
// type = "text"
// default = ""
// help.en = "Only signals of this kind; empty for all"
// help.zh = "只看此类信号；空为全部"
//
// [parameters.min_share]
// type = "number"
// default = 0.1
// help.en = "Only buyers that get at least this share of their known purchases there"
// help.zh = "只看在该企业采购占比不低于此值的买家"
//
// [columns]
// signal_id = "text"
// date = "date"
// kind = "text"
// value = "text"
// party_id = "text"
// name = "text"
// is_customer = "flag"
// buyers = "integer"
// customers = "integer"
// buyer_ids = "list"
MATCH (g:Signal)-[:ABOUT]->(p:Party)
WHERE g.date >= $since AND ($kind = '' OR g.kind = $kind)
OPTIONAL MATCH (p)-[r:SUPPLIES]->(b:Party)
WHERE r.share_in >= $min_share
WITH g, p, collect(b.party_id) AS buyer_ids, count(CASE WHEN b.is_customer THEN 1 END) AS customers
RETURN g.signal_id AS signal_id, g.date AS date, g.kind AS kind, g.value AS value, p.party_id AS party_id,
  p.name AS name, p.is_customer AS is_customer, size(buyer_ids) AS buyers, customers, buyer_ids
ORDER BY date DESC, signal_id;
