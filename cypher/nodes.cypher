// Nodes of one kind with all their properties. $ids: keys of the nodes
MATCH (a:{label})
WHERE a.{key} IN $ids
RETURN a.{key} AS key{properties}
