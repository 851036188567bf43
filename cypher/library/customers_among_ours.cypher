// title.en = "Customers whose suppliers are mostly ours"
// title.zh = "供应商大多已是我行客户的客户"
// description.en = "Customers that buy mainly from customers: payments stay in the house, and the few suppliers left are the next to win."
// description.zh = "主要向我行客户采购的客户：资金在行内循环，余下的少数供应商就是下一批目标。"
// starts_from = "none"
//
// [parameters.min_suppliers]
// type = "integer"
// default = 3
// help.en = "Least number of known suppliers"
// help.zh = "已知供应商最少家数"
//
// [parameters.min_share]
// type = "number"
// default = 0.5
// help.en = "Least share of them that are customers, 0 to 1"
// help.zh = "其中客户占比下限，0 到 1"
//
// [parameters.manager]
// type = "text"
// default = ""
// help.en = "Only those of this account manager; empty for all"
// help.zh = "只看该客户经理名下；空为全部"
//
// [columns]
// party_id = "text"
// name = "text"
// manager_id = "text"
// suppliers = "integer"
// customers = "integer"
// share = "number"
// unwon = "integer"
MATCH (s:Party {is_customer: true})-[:SUPPLIES]->(c:Party {is_customer: true})
WHERE c.n_suppliers >= $min_suppliers AND ($manager = '' OR c.manager_id = $manager)
WITH c, count(s) AS customers
WHERE customers >= $min_share * c.n_suppliers
RETURN c.party_id AS party_id, c.name AS name, c.manager_id AS manager_id, c.n_suppliers AS suppliers, customers,
  round(1.0 * customers / c.n_suppliers, 4) AS share, c.n_suppliers - customers AS unwon
ORDER BY share DESC, suppliers DESC, party_id;
