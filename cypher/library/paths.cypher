// title.en = "Shortest paths between two parties"
// title.zh = "两个主体之间的最短路径"
// description.en = "Every shortest way from one party to another over trade, acquaintance, ownership, guarantees and referrals, whatever their direction; one row for parties and kinds of relationships, routes holds the paths themselves."
// description.zh = "经由买卖、熟人、持股、担保、转介绍，不论方向，从一个主体到另一个主体的全部最短路径；途经主体和关系种类相同的合为一行，routes 是路径本身。"
// starts_from = "party"
// limit = 50
//
// [parameters.first]
// type = "text"
// refers = "party"
// help.en = "Id or whole name of one party"
// help.zh = "一个主体的编号或全名"
//
// [parameters.second]
// type = "text"
// refers = "party"
// help.en = "Id or whole name of the other"
// help.zh = "另一个的编号或全名"
//
// [parameters.hops]
// type = "integer"
// default = 4
// help.en = "Longest path, 1 to 6"
// help.zh = "最长几步，1 到 6"
//
// [columns]
// hops = "integer"
// party_ids = "sequence"
// names = "sequence"
// relations = "sequence"
// routes = "graph"
MATCH p = (a:Party {party_id: $first})-[:SUPPLIES|KNOWS|OWNS|GUARANTEES|REFERRED* ALL SHORTEST 1..6]-(
  b:Party {party_id: $second})
WHERE length(p) <= $hops AND $first <> $second
WITH length(p) AS hops, properties(nodes(p), 'party_id') AS party_ids, properties(nodes(p), 'name') AS names,
  list_transform(rels(p), r -> label(r)) AS relations, p
WITH hops, party_ids, names, relations, collect(p) AS routes
RETURN hops, party_ids, names, relations, routes
ORDER BY list_to_string('>', party_ids), list_to_string('>', relations);
