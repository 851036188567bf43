// title.en = "Referrers by past conversions"
// title.zh = "按成功转介绍给推荐人排名"
// description.en = "Who has brought how many new customers; rate is converted among those with a known outcome."
// description.zh = "谁介绍成了多少新客户；成功率只算已有结果的。"
// starts_from = "none"
//
// [parameters.min_converted]
// type = "integer"
// default = 1
// help.en = "Least number of conversions"
// help.zh = "至少成功几次"
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
// is_customer = "flag"
// manager_id = "text"
// referrals = "integer"
// converted = "integer"
// declined = "integer"
// rate = "number"
// last = "date"
MATCH (a:Party)-[r:REFERRED]->(:Party)
WHERE $manager = '' OR a.manager_id = $manager
WITH a, count(r) AS referrals, count(CASE WHEN r.outcome = 'converted' THEN 1 END) AS converted,
  count(CASE WHEN r.outcome = 'declined' THEN 1 END) AS declined, max(r.date) AS last
WHERE converted >= $min_converted
RETURN a.party_id AS party_id, a.name AS name, a.is_customer AS is_customer, a.manager_id AS manager_id, referrals,
  converted, declined,
  CASE WHEN converted + declined > 0 THEN round(1.0 * converted / (converted + declined), 4) END AS rate, last
ORDER BY converted DESC, party_id;
