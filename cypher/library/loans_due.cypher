// title.en = "Customers with loans falling due"
// title.zh = "贷款将到期的客户及其未开户邻居"
// description.en = "Loans of customers that fall due between two days, with the trading partners of the borrower that are no customers: a visit that serves twice."
// description.zh = "在两日之间到期的客户贷款，以及借款人尚未开户的买卖伙伴：一次上门办两件事。"
// starts_from = "none"
//
// [parameters.due_from]
// type = "date"
// default = "as_of"
// help.en = "First day"
// help.zh = "起始日"
//
// [parameters.due_until]
// type = "date"
// default = "as_of+90"
// help.en = "Last day"
// help.zh = "截止日"
//
// [parameters.manager]
// type = "text"
// default = ""
// help.en = "Only those of this account manager; empty for all"
// help.zh = "只看该客户经理名下；空为全部"
//
// [columns]
// loan_id = "text"
// due = "date"
// amount = "number"
// status = "text"
// party_id = "text"
// name = "text"
// manager_id = "text"
// unwon = "integer"
// unwon_ids = "list"
MATCH (c:Party {is_customer: true})-[:BORROWS]->(l:Loan)
WHERE l.due >= $due_from AND l.due <= $due_until AND ($manager = '' OR c.manager_id = $manager)
WITH DISTINCT c
OPTIONAL MATCH (c)-[:SUPPLIES]-(p:Party)
WHERE NOT p.is_customer AND NOT p.do_not_contact
WITH c, collect(DISTINCT p.party_id) AS unwon_ids
MATCH (c)-[:BORROWS]->(l:Loan)
WHERE l.due >= $due_from AND l.due <= $due_until
RETURN l.loan_id AS loan_id, l.due AS due, l.amount AS amount, l.status AS status, c.party_id AS party_id,
  c.name AS name, c.manager_id AS manager_id, size(unwon_ids) AS unwon, unwon_ids
ORDER BY due, loan_id;
