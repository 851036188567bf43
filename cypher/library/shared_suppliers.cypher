// title.en = "Shared suppliers of two core enterprises"
// title.zh = "两家核心企业的共同供应商"
// description.en = "Parties that sell to both, with what they sell to each: a failure of one of them hits both."
// description.zh = "同时供货给两家的主体及各自金额：其中一家断供，两家都受影响。"
// starts_from = "party"
//
// [parameters.first]
// type = "text"
// refers = "party"
// help.en = "Id or whole name of one core enterprise"
// help.zh = "一家核心企业的编号或全名"
//
// [parameters.second]
// type = "text"
// refers = "party"
// help.en = "Id or whole name of the other"
// help.zh = "另一家的编号或全名"
//
// [columns]
// party_id = "text"
// name = "text"
// kind = "text"
// is_customer = "flag"
// to_first = "number"
// to_second = "number"
// buyers = "integer"
MATCH (a:Party {party_id: $first})<-[r:SUPPLIES]-(p:Party)-[t:SUPPLIES]->(b:Party {party_id: $second})
WHERE a.party_id <> b.party_id
RETURN p.party_id AS party_id, p.name AS name, p.kind AS kind, p.is_customer AS is_customer,
  r.amount_12 AS to_first, t.amount_12 AS to_second, p.n_buyers AS buyers
ORDER BY r.amount_12 + t.amount_12 DESC, party_id;
