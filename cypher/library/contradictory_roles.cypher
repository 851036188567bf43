// title.en = "Parties with contradictory roles"
// title.zh = "角色自相矛盾的主体"
// description.en = "Parties whose roles disagree with what is known of them: a supplier without buyers, a core enterprise without trade, a customer not to be contacted, a referrer who never referred."
// description.zh = "角色与已知事实不符的主体：没有买家的供应商、没有往来的核心企业、不宜联系的客户、从未介绍过人的推荐人等。"
// starts_from = "none"
//
// [parameters.contradiction]
// type = "text"
// default = ""
// help.en = "Only this contradiction; empty for all"
// help.zh = "只看此类矛盾；空为全部"
//
// [columns]
// party_id = "text"
// name = "text"
// roles = "text"
// contradiction = "text"
// suppliers = "integer"
// buyers = "integer"
MATCH (p:Party)
WHERE p.n_suppliers = 0 OR p.n_buyers = 0 OR p.do_not_contact OR p.is_referrer
WITH p, [
  CASE WHEN p.is_core AND p.n_suppliers + p.n_buyers = 0 THEN 'core_without_trade' END,
  CASE WHEN p.is_customer AND p.do_not_contact THEN 'customer_not_to_be_contacted' END,
  CASE WHEN p.is_distributor AND p.n_buyers = 0 THEN 'distributor_without_buyer' END,
  CASE WHEN p.is_distributor AND p.n_suppliers = 0 THEN 'distributor_without_supplier' END,
  CASE WHEN p.is_referrer AND NOT EXISTS { MATCH (p)-[:REFERRED]->(:Party) } THEN 'referrer_without_referral' END,
  CASE WHEN p.is_retailer AND p.n_suppliers = 0 THEN 'retailer_without_supplier' END,
  CASE WHEN p.is_supplier AND p.n_buyers = 0 THEN 'supplier_without_buyer' END] AS found
UNWIND found AS contradiction
WITH p, contradiction
WHERE contradiction IS NOT NULL AND ($contradiction = '' OR contradiction = $contradiction)
RETURN p.party_id AS party_id, p.name AS name, p.roles AS roles, contradiction, p.n_suppliers AS suppliers,
  p.n_buyers AS buyers
ORDER BY party_id, contradiction;
