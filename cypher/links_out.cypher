// Relationships of one type that leave some nodes. $ids: keys of the nodes
MATCH (a:{start})-[r:{type}]->(b:{end})
WHERE a.{start_key} IN $ids
RETURN a.{start_key} AS start_id, b.{end_key} AS end_id{properties}
