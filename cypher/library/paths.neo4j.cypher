// Neo4j has no ALL SHORTEST in a pattern and no list functions over nodes(p), so the stores cannot share one text.
MATCH (a:Party {party_id: $first}), (b:Party {party_id: $second})
WHERE a <> b
MATCH p = allShortestPaths((a)-[:SUPPLIES|KNOWS|OWNS|GUARANTEES|REFERRED*1..6]-(b))
WITH p, length(p) AS hops
WHERE hops <= $hops
WITH hops, [n IN nodes(p) | n.party_id] AS party_ids, [n IN nodes(p) | n.name] AS names,
  [r IN relationships(p) | type(r)] AS relations, p
WITH hops, party_ids, names, relations, collect(p) AS routes
RETURN hops, party_ids, names, relations, routes
ORDER BY reduce(text = '', id IN party_ids | text + '>' + id), reduce(text = '', kind IN relations | text + '>' + kind);
