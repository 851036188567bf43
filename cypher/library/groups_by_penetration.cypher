// title.en = "Groups by penetration"
// title.zh = "按渗透率给群体排名"
// description.en = "Members, customers among them and who is left, for each association, market, village or course."
// description.zh = "每个协会、市场、村组、研修班有多少成员、多少客户、还剩多少。"
// starts_from = "none"
//
// [parameters.kind]
// type = "text"
// default = ""
// help.en = "Only groups of this kind; empty for all"
// help.zh = "只看此类群体；空为全部"
//
// [parameters.min_members]
// type = "integer"
// default = 5
// help.en = "Least number of members"
// help.zh = "最少成员数"
//
// [columns]
// group_id = "text"
// name = "text"
// kind = "text"
// members = "integer"
// customers = "integer"
// penetration = "number"
// prospects = "integer"
MATCH (g:`Group`)<-[:MEMBER_OF]-(p:Party)
WHERE $kind = '' OR g.kind = $kind
WITH g, count(p) AS members, count(CASE WHEN p.is_customer THEN 1 END) AS customers,
  count(CASE WHEN NOT p.is_customer AND NOT p.do_not_contact THEN 1 END) AS prospects
WHERE members >= $min_members
RETURN g.group_id AS group_id, g.name AS name, g.kind AS kind, members, customers,
  round(1.0 * customers / members, 4) AS penetration, prospects
ORDER BY penetration DESC, prospects DESC, group_id;
