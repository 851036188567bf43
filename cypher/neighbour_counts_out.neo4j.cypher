// On Neo4j, where only parties have several labels: Relationships that leave a party, counted by type and by what stands at the other end. $id: party_id
MATCH (p:Party {party_id: $id})-[r]->(other)
RETURN type(r) AS relation, CASE WHEN other:Party THEN 'Party' ELSE head(labels(other)) END AS other, count(*) AS n
ORDER BY relation, other
