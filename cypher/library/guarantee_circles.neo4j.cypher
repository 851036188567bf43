// Neo4j's paths never use an edge twice but may pass a node twice; how to rule that out is written differently.
MATCH p = (a:Party)-[:GUARANTEES*1..5]->(b:Party)-[:GUARANTEES]->(a)
WITH a, nodes(p)[0..-1] AS circle
WHERE size(circle) <= $most AND all(n IN circle WHERE n.party_id >= a.party_id)
  AND all(n IN circle WHERE single(m IN circle WHERE m = n))
RETURN size(circle) AS members, size([n IN circle WHERE n.is_customer]) AS customers,
  [n IN circle | n.party_id] AS party_ids, [n IN circle | n.name] AS names
ORDER BY members DESC, reduce(text = '', n IN circle | text + '>' + n.party_id);
