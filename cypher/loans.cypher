// What parties owe: one row for each loan, with its amount and status
MATCH (p:Party)-[:BORROWS]->(l:Loan)
RETURN p.party_id AS party_id, l.amount AS amount, l.status AS status
ORDER BY l.loan_id
