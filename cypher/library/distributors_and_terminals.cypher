// title.en = "Distributors and their retail terminals"
// title.zh = "核心企业的经销商及其零售终端"
// description.en = "Who sells on what a core enterprise makes, and to which shops: one row for each distributor and retailer. With marked_only, only parties with the role distributor and retailer."
// description.zh = "核心企业的货由谁经销、再卖给哪些门店：每个经销商与终端一行。marked_only 为是时，只看带经销商、零售商角色的主体。"
// starts_from = "party"
//
// [parameters.party]
// type = "text"
// refers = "party"
// help.en = "Id or whole name of the party"
// help.zh = "主体编号或全名"
//
// [parameters.marked_only]
// type = "flag"
// default = true
// help.en = "Only parties with the roles distributor and retailer"
// help.zh = "只看带经销商、零售商角色的主体"
//
// [columns]
// distributor_id = "text"
// distributor_name = "text"
// distributor_is_customer = "flag"
// bought = "number"
// retailer_id = "text"
// retailer_name = "text"
// retailer_is_customer = "flag"
// sold_on = "number"
// last = "date"
MATCH (c:Party {party_id: $party})-[r:SUPPLIES]->(d:Party)-[t:SUPPLIES]->(s:Party)
WHERE s.party_id <> c.party_id AND ((d.is_distributor AND s.is_retailer) OR NOT $marked_only)
RETURN d.party_id AS distributor_id, d.name AS distributor_name, d.is_customer AS distributor_is_customer,
  r.amount_12 AS bought, s.party_id AS retailer_id, s.name AS retailer_name, s.is_customer AS retailer_is_customer,
  t.amount_12 AS sold_on, t.last AS last
ORDER BY bought DESC, distributor_id, sold_on DESC, retailer_id;
