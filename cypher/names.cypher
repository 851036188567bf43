// Names of all nodes of one kind that have one, by their keys
MATCH (a:{label})
WHERE a.name IS NOT NULL
RETURN a.{key} AS key, a.name AS name
ORDER BY key
