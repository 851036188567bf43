// Neo4j's paths never use an edge twice but may pass a node twice, where the other store says ACYCLIC.
MATCH p = (a:Party)-[:GUARANTEES*1..5]->(b:Party)-[:GUARANTEES]->(a)
WITH a, nodes(p)[0..-1] AS members
WHERE size(members) <= $most AND all(n IN members WHERE n.party_id >= a.party_id)
  AND all(n IN members WHERE single(m IN members WHERE m = n))
RETURN size(members) AS members, size([n IN members WHERE n.is_customer]) AS customers,
  [n IN members | n.party_id] AS party_ids, [n IN members | n.name] AS names
ORDER BY members DESC, reduce(text = '', n IN members | text + '>' + n.party_id)
