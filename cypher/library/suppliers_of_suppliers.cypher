// title.en = "Suppliers of a supplier, not ours yet"
// title.zh = "供应商的供应商里还不是客户的"
// description.en = "Parties two tiers upstream that are no customers, with the suppliers through which they deliver. Parties not to be contacted are left out."
// description.zh = "上游第二层尚未成为客户的主体，以及经由哪些供应商供货；不宜联系的不列。"
// starts_from = "party"
//
// [parameters.party]
// type = "text"
// refers = "party"
// help.en = "Id or whole name of the party"
// help.zh = "主体编号或全名"
//
// [parameters.min_amount]
// type = "number"
// default = 0.0
// help.en = "Least traded with those suppliers over the last 12 months"
// help.zh = "近12个月与这些供应商的最低交易额"
//
// [columns]
// party_id = "text"
// name = "text"
// kind = "text"
// region = "text"
// manager_id = "text"
// via = "list"
// amount_12 = "number"
// last = "date"
MATCH (c:Party {party_id: $party})<-[:SUPPLIES]-(s:Party)<-[r:SUPPLIES]-(p:Party)
WHERE NOT p.is_customer AND NOT p.do_not_contact AND p.party_id <> c.party_id
WITH p, collect(s.party_id) AS via, round(sum(r.amount_12), 2) AS amount_12, max(r.last) AS last
WHERE amount_12 >= $min_amount
RETURN p.party_id AS party_id, p.name AS name, p.kind AS kind, p.region AS region, p.manager_id AS manager_id,
  via, amount_12, last
ORDER BY amount_12 DESC, party_id;
