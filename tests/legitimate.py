"""Statements that analysts write and that must pass: on both stores, and in the dialect of one."""

from __future__ import annotations

PARAMETERS = {"id": "B1", "ids": ["B1", "M1"], "text": "面粉", "least": 1000.0, "n": 3}
"""Values for the parameters that the statements name."""


def lines(text: str) -> list[str]:
    return [line for line in text.strip("\n").split("\n") if line]


PORTABLE = lines("""
MATCH (p:Party) RETURN count(*) AS n
MATCH (p:Party) RETURN p.party_id, p.name ORDER BY p.party_id LIMIT 10
MATCH (p:Party {party_id: 'B1'}) RETURN p.name
MATCH (p:Party) WHERE p.name = 'DELETE' RETURN p
MATCH (p:Party) WHERE p.name = "DROP TABLE Party; --" RETURN p.name
MATCH (p:Party) WHERE p.name = 'it\\'s /* no comment */ // nor this' RETURN p.name
MATCH (p:Party) WHERE p.name CONTAINS '面粉' RETURN p.party_id AS `编号`, p.name AS `名称` ORDER BY `编号`
MATCH (p:Party) WHERE p.name STARTS WITH '明光' OR p.name ENDS WITH '农场' RETURN p.name ORDER BY p.name
MATCH (p:Party) WHERE p.party_id = $id RETURN p.name, p.kind
MATCH (p:Party) WHERE p.party_id IN $ids RETURN p.name ORDER BY p.name SKIP 0 LIMIT 5
MATCH (p:Party) WHERE p.party_id IN ['B1', 'M1'] RETURN p.name
MATCH (p:Party) WHERE NOT p.is_customer AND (p.is_core OR p.is_supplier) RETURN p.party_id
MATCH (p:Party) WHERE p.grid IS NULL RETURN count(p) AS without_grid
MATCH (p:Party) WHERE p.grid IS NOT NULL RETURN DISTINCT p.grid ORDER BY p.grid
MATCH (p:Party) RETURN p.kind, count(*) AS n ORDER BY n DESC, p.kind
MATCH (a:Party)-[r:SUPPLIES]->(b:Party) RETURN a.name, b.name, r.amount ORDER BY r.amount DESC, a.name, b.name
MATCH (a:Party)<-[r:SUPPLIES]-(b:Party) WHERE a.party_id = 'B1' RETURN b.name, r.share_in
MATCH (a:Party)-[r:SUPPLIES]-(b:Party) RETURN a.name, count(b) AS partners ORDER BY partners DESC, a.name
MATCH (a:Party)-[:SUPPLIES]->(:Party)-[:SUPPLIES]->(c:Party) RETURN DISTINCT a.name, c.name
MATCH (a:Party)-[:SUPPLIES]->(m), (m)-[:SUPPLIES]->(c) WHERE a.party_id <> c.party_id RETURN a.name, m.name, c.name
MATCH (a:Party)-[r]->(b) RETURN count(r) AS links
MATCH (a:Party)-[r:SUPPLIES]->(b) WHERE r.last >= date('2026-01-01') RETURN a.name, r.last
MATCH (a:Party)-[r:SUPPLIES]->(b) RETURN a.name, r.amount / 10000.0 AS wan, -r.amount AS minus
MATCH (a:Party)-[r:SUPPLIES]->(b) RETURN sum(r.amount) AS total, avg(r.amount) AS mean, min(r.n), max(r.n)
MATCH (a:Party)-[r:SUPPLIES]->(b) WITH b, sum(r.amount) AS bought WHERE bought > 1000 RETURN b.name, bought
MATCH (a:Party)-[r:SUPPLIES]->(b) WITH b, count(a) AS n ORDER BY n DESC, b.party_id LIMIT 3 RETURN b.name, n
MATCH (a:Party)-[:SUPPLIES*1..3]->(b:Party {party_id: 'B1'}) RETURN DISTINCT a.party_id ORDER BY a.party_id
MATCH (a:Party)-[:SUPPLIES*2]->(b:Party) RETURN a.name, b.name
MATCH (a:Party)-[:SUPPLIES*..2]->(b:Party) RETURN count(*) AS walks
MATCH (a:Party {party_id: 'F1'})-[r:SUPPLIES *1..4]->(b) RETURN DISTINCT b.name
MATCH p = (a:Party {party_id: 'F1'})-[:SUPPLIES*1..6]->(b:Party {party_id: 'R1'}) RETURN length(p) AS hops
MATCH p = (a:Party)-[:SUPPLIES]->(b) RETURN p LIMIT 2
MATCH (a:Party)-[r:SUPPLIES|REFERRED]->(b) RETURN count(r) AS n
MATCH (a:Party) OPTIONAL MATCH (a)-[r:GUARANTEES]->(b) RETURN a.name, b.name, r.amount
OPTIONAL MATCH (p:Party {party_id: 'nobody'}) RETURN p.name
MATCH (a:Party) WHERE EXISTS { MATCH (a)-[:SUPPLIES]->(:Party) } RETURN a.name
MATCH (a:Party) WHERE NOT EXISTS { MATCH (a)-[:SUPPLIES]->(b:Party) WHERE b.is_core } RETURN a.name
MATCH (a:Party) WHERE (a)-[:SUPPLIES]->(:Party) RETURN a.name
MATCH (a:Party) WHERE NOT (a)-[:SUPPLIES]->(:Party) RETURN a.name
MATCH (a:Party) RETURN a.name, COUNT { MATCH (a)-[:SUPPLIES]->(:Party) } AS buyers
MATCH (p:Party)-[:IN_GRID]->(g:Grid) RETURN g.grid, count(p) AS members
MATCH (m:Manager)-[:MANAGES]->(p:Party) RETURN m.name, collect(p.name) AS parties
MATCH (p:Party)-[:MEMBER_OF]->(g:`Group`) WITH g, count(p) AS members RETURN g.name, members
MATCH (p:Party)-[b:BORROWS]->(l:Loan) WHERE l.due < date('2027-12-31') RETURN p.name, l.due, l.amount
MATCH (s:Signal)-[:ABOUT]->(p:Party) RETURN s.kind, p.name, s.date
MATCH (p:Party)-[:MAKES]->(g:Product)-[:GOES_INTO]->(h:Product) RETURN p.name, g.name, h.name
MATCH (i:Industry)-[:PART_OF]->(j:Industry) RETURN i.name, j.name
MATCH (a:Party)-[k:KNOWS]-(b:Party) WHERE k.strength > 0.4 RETURN a.name, b.name, k.kind
MATCH (a:Party)-[o:OWNS]->(b:Party) RETURN a.name, b.name, coalesce(o.share, 0.0) AS share
UNWIND [1, 2, 3] AS x RETURN x, x * x AS square
UNWIND $ids AS id MATCH (p:Party {party_id: id}) RETURN id, p.name
UNWIND range(1, 10) AS x WITH x WHERE x % 2 = 0 RETURN collect(x) AS even
WITH 1 AS one, 'two' AS two RETURN one, two
WITH 5 AS x RETURN CASE WHEN x > 3 THEN 'high' ELSE 'low' END AS level
MATCH (p:Party) RETURN p.name, CASE p.is_customer WHEN true THEN 'ours' ELSE 'not yet' END AS standing
RETURN 1 AS a UNION ALL RETURN 2 AS a
MATCH (p:Party) WHERE p.is_core RETURN p.name AS name UNION MATCH (p:Party) WHERE p.is_customer RETURN p.name AS name
RETURN 1 AS `set`, 2 AS `DELETE`
WITH 1 AS `create` RETURN `create` + 1 AS more
RETURN {set: 1, delete: 'x', name: 'y'} AS m
WITH {set: 1, load: 2} AS m RETURN m.set, m.load
match (p:party) where false return p.name
mAtCh (p:Party) ReTuRn p.name oRdEr By p.name LiMiT 1
MATCH (p:Party) /* who */ RETURN p.name // the name
MATCH(p:Party)RETURN p.name;
MATCH (p:Party) WHERE p.name <> '' AND p.value >= $least XOR p.is_core RETURN p.name
MATCH (p:Party) RETURN upper(p.party_id) AS id, lower(p.party_id), size(p.name), trim(p.name), reverse(p.party_id)
MATCH (p:Party) RETURN left(p.party_id, 1) AS first, right(p.party_id, 1) AS last, replace(p.name, '面', '米')
RETURN abs(-3), ceil(1.2), floor(1.8), round(2.4, 1), sqrt(16.0), sign(-2), pi()
RETURN 0.1 + .2 AS sum, 1e3 AS thousand, 7 % 3 AS rest, 2 ^ 3 AS power, (1 + 2) * (3 + 4) AS product
RETURN [1, 2, 3][1] AS item, [1, 2, 3][1..2] AS slice, size([1, 2]) AS n
RETURN '\\u4e2d\\u6587' AS zh, 'line\\nbreak' AS text, '' AS empty
RETURN true AND NOT false AS yes, null IS NULL AS nothing
MATCH (p:Party) WHERE p.name =~ '.*面粉.*' RETURN p.name
MATCH (p:Party) WHERE all(x IN ['a', 'b'] WHERE x <> p.name) RETURN count(p) AS n
MATCH (p:Party) WHERE any(x IN $ids WHERE x = p.party_id) RETURN p.name
MATCH p = (a:Party)-[:SUPPLIES*1..2]->(b) RETURN length(p) AS hops, count(*) AS n
MATCH (start:Party)-[:SUPPLIES]->(last:Party) RETURN start.name, last.name
MATCH (p:Party) WHERE p.customer_since IS NOT NULL RETURN p.name, p.customer_since
MATCH (a:Party)-[:REFERRED]->(b:Party) WITH a, count(*) AS n, collect(DISTINCT b.name) AS won RETURN a.name, n, won
EXPLAIN MATCH (p:Party) RETURN p.name
""")

LADYBUG = lines("""
CALL show_tables() RETURN *
CALL show_tables() WHERE type = 'NODE' RETURN name
CALL table_info('Party') RETURN name, type
CALL show_connection('SUPPLIES') RETURN *
CALL db_version() RETURN *
MATCH (a)-[r]->(b) RETURN label(a) AS a, label(r) AS r, label(b) AS b, count(*) AS n ORDER BY a, r, b
MATCH (p:Party) RETURN p.* ORDER BY p.party_id LIMIT 1
MATCH (a:Party {party_id: 'F1'})-[r:SUPPLIES* SHORTEST 1..6]->(b:Party {party_id: 'R1'}) RETURN length(r) AS hops
MATCH (a:Party {party_id: 'F1'})-[r:SUPPLIES* ALL SHORTEST 1..6]->(b:Party) RETURN b.name, length(r) AS hops
MATCH (a:Party {party_id: 'F1'})-[r:SUPPLIES* WSHORTEST(cost_down) 1..6]->(b:Party) RETURN b.name, cost(r) AS c
MATCH (a:Party)-[r:SUPPLIES* TRAIL 1..3]->(b:Party) RETURN count(*) AS n
MATCH (a:Party)-[r:SUPPLIES* ACYCLIC 1..3]->(b:Party) RETURN count(*) AS n
MATCH (a:Party)-[r:SUPPLIES*1..3 (r, n | WHERE r.amount > 1000)]->(b:Party) RETURN b.name
MATCH (a:Party)-[r:SUPPLIES*1..3 (r, n | WHERE n.is_customer | {r.amount}, {n.name})]->(b) RETURN nodes(r), rels(r)
MATCH (a:Party)-[r:SUPPLIES*1..2]->(b) RETURN properties(nodes(r), 'name') AS names
RETURN list_transform([1, 2, 3], x -> x + 1) AS more
RETURN list_filter([1, 2, 3], x -> x > 1) AS some, list_sort([3, 1]) AS ordered
RETURN cast(1 AS STRING) AS text, cast('2' AS INT64) AS number, cast(1 AS DECIMAL(10, 2)) AS exact
RETURN date_part('year', date('2026-01-01')) AS year, interval('1 day') AS day
RETURN substring('abcdef', 1, 3) AS part, concat('a', 'b') AS ab, lpad('1', 3, '0') AS padded
MATCH (p:Party) WHERE regexp_matches(p.name, '面粉') RETURN p.name
MATCH (p:Party) RETURN id(p), offset(id(p)) LIMIT 1
RETURN 5! AS factorial
MATCH (p:Party) RETURN list_distinct(collect(p.kind)) AS kinds
MATCH (a:Party) WHERE a.party_id = 'B1' RETURN levenshtein(a.name, '龙头') AS distance, typeof(a.name)
""")

NEO4J = lines("""
MATCH (a:Party) CALL (a) { MATCH (a)-[:SUPPLIES]->(b) RETURN count(b) AS n } RETURN a.name, n
MATCH (a:Party) CALL { WITH a MATCH (a)-[:SUPPLIES]->(b) RETURN count(b) AS n } RETURN a.name, n
CALL { MATCH (a:Party) RETURN a.name AS name UNION MATCH (g:Group) RETURN g.name AS name } RETURN name
MATCH (a:Party) OPTIONAL CALL (a) { MATCH (a)-->(b) RETURN b LIMIT 1 } RETURN a.name, b.name
CALL db.labels() YIELD label RETURN label ORDER BY label
CALL db.relationshipTypes()
CALL db.schema.visualization()
MATCH p = shortestPath((a:Party {party_id: 'F1'})-[:SUPPLIES*..6]->(b:Party {party_id: 'R1'})) RETURN length(p)
MATCH p = allShortestPaths((a:Party {party_id: 'F1'})-[*..6]-(b:Party {party_id: 'R1'})) RETURN length(p) AS hops
MATCH p = ANY SHORTEST (a:Party {party_id: 'F1'})-[:SUPPLIES]->{1,6}(b:Party) RETURN b.name, length(p)
MATCH p = SHORTEST 2 PATHS (a:Party {party_id: 'F1'})-[:SUPPLIES]-{1,3}(b:Party) RETURN b.name
MATCH ((a:Party)-[r:SUPPLIES]->(b:Party)){1,3} (c:Party) RETURN c.name, size(r) AS hops
MATCH (a:Party) WHERE (a.value + 1) * (a.value - 1) > 0 RETURN a.name
RETURN [x IN range(1, 5) WHERE x > 2 | x * 2] AS list, reduce(s = 0, x IN [1, 2] | s + x) AS sum
MATCH (a:Party) RETURN a {.name, .party_id, buyers: [(a)-[:SUPPLIES]->(b) | b.name]} AS party
MATCH (a:Party)-[r]->(b) RETURN type(r) AS type, labels(b) AS labels, count(*) AS n
MATCH (a:Party&!Group) RETURN count(a) AS n
MATCH (a:$('Party')) RETURN count(a) AS n
RETURN date.truncate('month', date('2026-06-30')) AS month, duration.between(date('2026-01-01'), date('2026-06-30'))
MATCH (a:Party) RETURN a.name, COLLECT { MATCH (a)-[:SUPPLIES]->(b) RETURN b.name } AS buyers
MATCH (a:Party) WHERE a.name IS :: STRING RETURN count(a) AS n
""")
