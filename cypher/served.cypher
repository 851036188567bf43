// Which grids each manager serves
MATCH (m:Manager)-[:SERVES]->(g:Grid)
RETURN m.manager_id AS manager_id, g.grid AS grid
ORDER BY manager_id, grid
