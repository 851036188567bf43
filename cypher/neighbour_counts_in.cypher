// Relationships that arrive at a party, counted by type and by what stands at the other end. $id: party_id
MATCH (p:Party {party_id: $id})<-[r]-(other)
RETURN label(r) AS relation, label(other) AS other, count(*) AS n
ORDER BY relation, other
