// One page of what a party is related to by relationships that arrive at it. $id: party_id; $offset, $rows: which
MATCH (a:Party {party_id: $id})<-[r:{type}]-(b:{other})
RETURN b.{other_key} AS other_id{properties}
ORDER BY {order}
SKIP $offset LIMIT $rows
