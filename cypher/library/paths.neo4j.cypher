// Neo4j has no ALL SHORTEST in a pattern and no list functions over nodes(p), so this text differs from the other store's.
MATCH p = allShortestPaths((a:Party {party_id: $first})-[:SUPPLIES|KNOWS|OWNS|GUARANTEES|REFERRED*1..6]-(b:Party {party_id: $second}))
WHERE length(p) <= $hops AND $first <> $second
WITH p, [n IN nodes(p) | n.party_id] AS party_ids, [n IN nodes(p) | n.name] AS names,
  [r IN relationships(p) | type(r)] AS relations
RETURN length(p) AS hops, party_ids, names, relations, p AS route
ORDER BY reduce(text = '', id IN party_ids | text + '>' + id), reduce(text = '', type IN relations | text + '>' + type)
