"""Statements that must never do anything: what each store could be made to do besides reading its graph.

`{file}` stands for a file in a folder that is compared before and after.
"""

from __future__ import annotations

from tests.legitimate import lines

WRITES = lines("""
CREATE (:Party {party_id: 'evil'})
MERGE (:Party {party_id: 'evil'})
MATCH (p:Party) SET p.name = 'evil'
MATCH (p:Party) DELETE p
MATCH (p:Party) DETACH DELETE p
MATCH (a:Party)-[r:SUPPLIES]->(b) DELETE r
MATCH (a:Party), (b:Party) CREATE (a)-[:SUPPLIES]->(b)
MATCH (a:Party), (b:Party) MERGE (a)-[:SUPPLIES]->(b) RETURN a
MATCH (p:Party) SET p.name = 'evil' RETURN p.name
MATCH (p:Party) WITH p SET p.name = 'evil'
MATCH (p:Party) WITH * DELETE p
MATCH (p:Party) RETURN p.name AS name DELETE p
MATCH (p:Party) WHERE p.name = 'x' OR 1 = 1 DETACH DELETE p
MERGE (p:Party {party_id: 'B1'}) ON MATCH SET p.name = 'evil'
MERGE (p:Party {party_id: 'B1'}) ON CREATE SET p.name = 'evil' RETURN p
UNWIND [1, 2] AS x CREATE (:Party {party_id: 'evil'})
UNWIND ['B1'] AS id MATCH (p:Party {party_id: id}) DELETE p
OPTIONAL MATCH (p:Party) DELETE p
RETURN 1 AS x UNION MATCH (p:Party) DELETE p
MATCH (p:Party) WHERE EXISTS { CREATE (q:Party {party_id: 'evil'}) } RETURN p
create (:Party {party_id: 'evil'})
cReAtE (:Party {party_id: 'evil'})
MATCH (p:Party) dElEtE p
MATCH (p:Party)DELETE p
MATCH (p:Party) /* quiet */ DELETE /* very */ p
MATCH (p:Party) // quiet\u2028DELETE p
MATCH (p:Party)\u00a0DELETE\u00a0p
MATCH (p:Party)\u3000DELETE\u3000p
MATCH\u2003(p:Party)\u2003DELETE\u2003p
MATCH (p:Party) D\u0415LETE p
MATCH (p:Party) \uff24\uff25\uff2c\uff25\uff34\uff25 p
MATCH (p:Party) DE\u200bLETE p
MATCH (p:Party) \u200bDELETE p
MATCH (p:Party) DEL\u00adETE p
MATCH (p:Party) \ufeffDELETE p
MATCH (p:Party) \u017fET p.name = 'evil'
MATCH (p:Party) \\u0044ELETE p
MATCH (p:Party) WHERE p.name = 'x\\' DELETE p //' DELETE p
MATCH (p:Party) WHERE p.name = 'x' DELETE p //'
MATCH (p:Party) WHERE p.name = "x" DELETE p //"
MATCH (p:Party) WHERE p.`name` = 1 DELETE p
MATCH (p:Party) WHERE p.`a``b` = 1 DELETE p
MATCH (p:Party) WHERE p.value > 1. DELETE p
MATCH (p:Party) WHERE p.value > .1 DELETE p
MATCH (p:Party) WHERE p.value > 1DELETE p
MATCH (p:Party) WHERE p.value > 0x1 DELETE p
RETURN 1; MATCH (p:Party) DELETE p
RETURN 1;MATCH (p:Party) DELETE p;
;MATCH (p:Party) DELETE p
RETURN 1 AS x /***/ ' */ MATCH (p:Party) DELETE p //'
RETURN 1 AS x /* /* */ MATCH (p:Party) DELETE p /* */
MATCH (p:Party) WITH p AS set SET set.name = 'evil'
MATCH (delete:Party) DELETE delete
EXPLAIN MATCH (p:Party) DELETE p
PROFILE MATCH (p:Party) DELETE p
EXPLAIN CREATE (:Party {party_id: 'evil'})
MATCH (p:Party) RETURN p SET p.name = 'evil'
MATCH (p:Party) WITH p LIMIT 1 SET p.name = 'evil' RETURN p
MATCH (p:Party) WITH p ORDER BY p.name DESC DELETE p
MATCH (p:Party) WITH p SKIP 1 DELETE p
MATCH (p:Party) WHERE p.name IS NULL DELETE p
MATCH (p:Party) WHERE CASE WHEN true THEN true END DELETE p
MATCH (p:Party) WHERE p.name IN ['x'] DELETE p
MATCH (p:Party) WHERE all(x IN [1] WHERE x = 1) DELETE p
MATCH (p:Party) WITH {a: p} AS m DELETE m.a
MATCH (p:Party) REMOVE p.name
MATCH (p:Party) REMOVE p:Party
""")

ENDLESS = lines("""
MATCH (a:Party)-[:SUPPLIES*]->(b) RETURN count(*)
MATCH (a:Party)-[*]-(b) RETURN count(*)
MATCH (a:Party)-[:SUPPLIES*1..]->(b) RETURN count(*)
MATCH (a:Party)-[:SUPPLIES*1..99]->(b) RETURN count(*)
MATCH (a:Party)-[:SUPPLIES*99]->(b) RETURN count(*)
MATCH (a:Party)-[:SUPPLIES*..7]->(b) RETURN count(*)
MATCH (a:Party)-[:SUPPLIES*7..7]->(b) RETURN count(*)
MATCH (a:Party)-[r:SUPPLIES * 1 .. 99999999999999999999]->(b) RETURN count(*)
MATCH (a:Party)-[r:SUPPLIES*/* one */1../* many */99]->(b) RETURN count(*)
MATCH (a:Party)-[r:SUPPLIES*1..$n]->(b) RETURN count(*)
MATCH (a:Party)-[r {n: 1} *1..99]->(b) RETURN count(*)
MATCH (a:Party) WHERE EXISTS { MATCH (a)-[:SUPPLIES*1..99]->(b) } RETURN a
""")

LADYBUG = (
    WRITES
    + ENDLESS
    + lines("""
MATCH (a:Party)-[r:SUPPLIES* SHORTEST]->(b:Party) RETURN count(*)
MATCH (a:Party)-[r:SUPPLIES* SHORTEST 1..99]->(b:Party) RETURN count(*)
MATCH (a:Party)-[r:SUPPLIES* ALL SHORTEST 1..99]->(b:Party) RETURN count(*)
MATCH (a:Party)-[r:SUPPLIES* WSHORTEST(cost_up) 1..99]->(b:Party) RETURN count(*)
MATCH (a:Party)-[r:SUPPLIES* ALL WSHORTEST(cost_up)]->(b:Party) RETURN count(*)
MATCH (a:Party)-[r:SUPPLIES* TRAIL 1..30]->(b:Party) RETURN count(*)
MATCH (a:Party)-[r:SUPPLIES* (r, n | WHERE r.n > 1)]->(b:Party) RETURN count(*)
LOAD FROM '/etc/passwd' (file_format='csv', header=false) RETURN *
LOAD FROM '/etc/passwd' (header=false, delim=':') RETURN *
LOAD WITH HEADERS (a STRING) FROM '/etc/passwd' (file_format='csv') RETURN *
load from "/etc/passwd" (file_format='csv') return *
LOAD FROM ['/etc/passwd'] (file_format='csv') RETURN *
LOAD FROM glob('/etc/*') (file_format='csv') RETURN *
LOAD FROM 'http://127.0.0.1:9/x.csv' RETURN *
LOAD FROM 's3://bucket/x.parquet' RETURN *
LOAD FROM df RETURN *
LOAD FROM sys RETURN *
LOAD FROM sys.modules RETURN *
LOAD FROM statement RETURN *
LOAD FROM $text RETURN *
LOAD/**/FROM/**/df/**/RETURN/**/*
MATCH (p:Party) LOAD FROM '/etc/passwd' (file_format='csv') RETURN *
UNWIND [1] AS x LOAD FROM '/etc/passwd' (file_format='csv') RETURN *
COPY (MATCH (p:Party) RETURN p.name) TO '{file}.csv'
COPY (RETURN 1) TO '{file}.parquet'
copy (match (p:Party) return p.name) to "{file}.json"
COPY Party FROM '{file}.csv'
COPY Party FROM (MATCH (p:Party) RETURN p.*)
COPY SUPPLIES FROM '{file}.csv' (from='Party', to='Party')
COPY Party TO '{file}.csv'
EXPORT DATABASE '{file}'
EXPORT DATABASE '{file}' (format='csv')
IMPORT DATABASE '{file}'
ATTACH '{file}' AS other (dbtype lbug)
ATTACH 'dbname=x' AS pg (dbtype postgres)
ATTACH '{file}' (dbtype sqlite)
DETACH other
USE other
USE GRAPH other
CREATE GRAPH other ANY
INSTALL httpfs
FORCE INSTALL httpfs
INSTALL json FROM 'http://127.0.0.1:9/'
UNINSTALL json
UPDATE json
LOAD EXTENSION httpfs
LOAD httpfs
LOAD EXTENSION '{file}.lbug_extension'
LOAD '{file}.so'
CALL threads=16
CALL timeout=0
CALL timeout = 1000000000
CALL THREADS=16
CALL/**/timeout/**/=/**/0
CALL warning_limit=100
CALL var_length_extend_max_depth=1000
CALL home_directory='/tmp'
CALL file_search_path='/etc'
CALL progress_bar=true
CALL enable_semi_mask=false
CALL checkpoint_threshold=0
CALL auto_checkpoint=false
CALL force_checkpoint_on_close=true
CALL spill_to_disk=true
CALL debug_enable_multi_writes=true
CALL `timeout`=0
CALL current_setting('home_directory') RETURN *
CALL project_graph('G', ['Party'], ['SUPPLIES'])
CALL project_graph_cypher('G', 'MATCH (n) RETURN n')
CALL drop_projected_graph('G')
CALL clear_warnings()
CALL show_attached_databases() RETURN *
CALL show_loaded_extensions() RETURN *
CALL show_official_extensions() RETURN *
CALL file_info() RETURN *
CALL disk_info() RETURN *
CALL storage_info('Party') RETURN *
CALL bm_info() RETURN *
CALL read_csv_serial('/etc/passwd') RETURN *
CALL read_csv_parallel('/etc/passwd') RETURN *
CALL read_parquet('{file}') RETURN *
CALL read_npy('{file}') RETURN *
CALL read_pandas(df) RETURN *
CALL `read_csv_serial`('/etc/passwd') RETURN *
CALL _cache_array_column_locally('Party', 'value')
CALL create_fts_index('Party', 'i', ['name'])
CALL drop_fts_index('Party', 'i')
CALL create_vector_index('Party', 'i', 'value')
CALL sql_query('pg', 'DROP TABLE x') RETURN *
CALL json_scan('{file}') RETURN *
MATCH (p:Party) CALL timeout=0 RETURN p
CREATE NODE TABLE Evil(id STRING, PRIMARY KEY(id))
CREATE NODE TABLE IF NOT EXISTS Evil(id STRING PRIMARY KEY)
CREATE NODE TABLE Evil AS MATCH (p:Party) RETURN p.party_id
CREATE REL TABLE Evil(FROM Party TO Party)
CREATE SEQUENCE evil
CREATE TYPE evil AS INT64
CREATE MACRO evil(x) AS x + 1
CREATE USER evil WITH PASSWORD 'x'
CREATE ROLE evil
CREATE INDEX evil FOR (p:Party) ON (p.name)
DROP TABLE Party
DROP TABLE IF EXISTS Party
DROP SEQUENCE evil
DROP MACRO evil
DROP GRAPH other
DROP INDEX Party.evil
ALTER TABLE Party ADD evil STRING
ALTER TABLE Party DROP name
ALTER TABLE Party RENAME TO Evil
ALTER TABLE Party RENAME name TO evil
ALTER TABLE SUPPLIES ADD FROM Party TO Party
COMMENT ON TABLE Party IS 'evil'
ANALYZE
ANALYZE Party
BEGIN TRANSACTION
BEGIN TRANSACTION READ ONLY
COMMIT
ROLLBACK
CHECKPOINT
checkpoint;
BEGIN TRANSACTION; CREATE (:Party {party_id: 'evil'}); COMMIT
EXPLAIN CHECKPOINT
EXPLAIN COPY (RETURN 1) TO '{file}.csv'
PROFILE COPY (RETURN 1) TO '{file}.csv'
EXPLAIN LOGICAL MATCH (p:Party) DELETE p
RETURN nextval('evil')
RETURN NEXTVAL('evil')
RETURN `nextval`('evil')
RETURN nextval/**/('evil')
RETURN currval('evil')
RETURN setseed(0.5)
RETURN error('x')
RETURN pg.version()
RETURN read_csv_serial('/etc/passwd')
MATCH (p:Party) WHERE nextval('evil') > 0 RETURN p
MATCH (p:Party) RETURN p UNION ALL LOAD FROM df RETURN *
RETURN 1 UNION ALL CALL timeout=0
""")
)

NEO4J = (
    WRITES
    + ENDLESS
    + lines("""
MATCH ((a:Party)-[:SUPPLIES]->(b:Party))+ RETURN count(*)
MATCH ((a:Party)-[:SUPPLIES]->(b:Party))* RETURN count(*)
MATCH ((a:Party)-[:SUPPLIES]->(b:Party)){1,99} RETURN count(*)
MATCH ((a:Party)-[:SUPPLIES]->(b:Party)){1,} RETURN count(*)
MATCH ((a:Party)-[:SUPPLIES]->(b:Party)-[:SUPPLIES]->(c:Party)){1,6} RETURN count(*)
MATCH (a:Party)-[:SUPPLIES]->+(b) RETURN count(*)
MATCH (a:Party)-[:SUPPLIES]->*(b) RETURN count(*)
MATCH (a:Party)-->+(b) RETURN count(*)
MATCH (a:Party)--+(b) RETURN count(*)
MATCH (a:Party)<-[:SUPPLIES]-+(b) RETURN count(*)
MATCH (a:Party)-[:SUPPLIES]-{99}(b) RETURN count(*)
MATCH (a:Party)-[:SUPPLIES]->{,99}(b) RETURN count(*)
MATCH p = SHORTEST 1 (a:Party)-[:SUPPLIES]->+(b:Party) RETURN p
MATCH p = ALL SHORTEST (a:Party)-[:SUPPLIES]-{1,99}(b:Party) RETURN p
MATCH p = shortestPath((a:Party)-[*]-(b:Party)) RETURN p
MATCH p = allShortestPaths((a:Party)-[:SUPPLIES*..99]-(b:Party)) RETURN p
LOAD CSV FROM 'file:///etc/passwd' AS line RETURN line
LOAD CSV WITH HEADERS FROM 'file:///etc/passwd' AS line RETURN line
LOAD CSV FROM 'http://127.0.0.1:9/x.csv' AS line RETURN line
LOAD CSV FROM 'ftp://127.0.0.1:9/x.csv' AS line RETURN line
load csv from $text as line return line
LOAD/**/CSV FROM 'file:///etc/passwd' AS line RETURN line
MATCH (p:Party) LOAD CSV FROM p.name AS line RETURN line
WITH 'file:///etc/passwd' AS u LOAD CSV FROM u AS line RETURN line
CALL { LOAD CSV FROM 'file:///etc/passwd' AS line RETURN line } RETURN line
CALL () { LOAD CSV FROM 'file:///etc/passwd' AS line RETURN line } RETURN line
MATCH (p:Party) RETURN COLLECT { LOAD CSV FROM 'file:///etc/passwd' AS line RETURN line } AS lines
USING PERIODIC COMMIT LOAD CSV FROM 'file:///x' AS line CREATE (:Evil)
MATCH (p:Party) FOREACH (x IN [1] | SET p.name = 'evil')
FOREACH (x IN [1] | CREATE (:Evil))
CREATE (:Evil)
INSERT (:Evil)
MATCH (p:Party) SET p:Evil
MATCH (p:Party) SET p += {name: 'evil'}
MATCH (p:Party) SET p = {}
MATCH (p:Party) SET p.name = null
MATCH (p:Party) SET p[$text] = 1
MATCH (p:Party) NODETACH DELETE p
CALL { CREATE (:Evil) } RETURN 1 AS x
CALL () { CREATE (:Evil) } RETURN 1 AS x
CALL { MATCH (p:Party) DELETE p } RETURN 1 AS x
MATCH (p:Party) CALL (p) { DETACH DELETE p } IN TRANSACTIONS OF 10 ROWS
MATCH (p:Party) CALL { WITH p DETACH DELETE p } IN TRANSACTIONS
MATCH (p:Party) CALL (p) { RETURN 1 AS x } IN TRANSACTIONS RETURN x
MATCH (p:Party) CALL (p) { RETURN 1 AS x } IN 3 CONCURRENT TRANSACTIONS RETURN x
MATCH (p:Party) CALL (p) { CALL (p) { SET p.name = 'evil' } } RETURN p
MATCH (p:Party) OPTIONAL CALL (p) { DELETE p } RETURN 1 AS x
CALL db.createLabel('Evil')
CALL db.createProperty('evil')
CALL db.createRelationshipType('EVIL')
CALL db.create.setNodeVectorProperty(null, 'x', [1.0])
CALL db.clearQueryCaches()
CALL db.prepareForReplanning()
CALL db.awaitIndexes(1)
CALL db.resampleOutdatedIndexes()
CALL db.index.fulltext.awaitEventuallyConsistentIndexRefresh()
CALL db.stats.clear('QUERIES')
CALL db.stats.collect('QUERIES')
CALL db.checkpoint()
CALL dbms.listConfig()
CALL dbms.setConfigValue('db.transaction.timeout', '0')
CALL dbms.killTransaction('neo4j-transaction-1')
CALL dbms.killConnection('bolt-1')
CALL dbms.listConnections()
CALL dbms.queryJmx('*:*')
CALL dbms.components()
CALL dbms.upgrade()
CALL dbms.security.listUsers()
CALL tx.setMetaData({a: 1})
CALL tx.getMetaData()
CALL `dbms`.`listConfig`()
CALL `dbms.listConfig`()
CALL dbms . listConfig ( )
CALL dbms/**/.listConfig()
call DBMS.LISTCONFIG()
CALL apoc.load.json('file:///etc/passwd')
CALL apoc.load.csv('http://127.0.0.1:9/')
CALL apoc.cypher.run('CREATE (:Evil)', {})
CALL apoc.cypher.doIt('CREATE (:Evil)', {})
CALL apoc.periodic.commit('CREATE (:Evil)', {})
CALL apoc.export.csv.all('{file}', {})
CALL apoc.create.node(['Evil'], {})
CALL apoc.systemdb.graph()
CALL apoc.util.sleep(100000)
CALL apoc.help('x')
CALL gds.graph.project('g', 'Party', 'SUPPLIES')
CALL genai.vector.encodeBatch(['x'], 'OpenAI', {token: 'x'})
RETURN apoc.load.json('x')
RETURN apoc.cypher.runFirstColumnSingle('RETURN 1', {})
RETURN `apoc`.`text`.`join`(['a'], 'b')
RETURN genai.vector.encode('x', 'OpenAI', {token: 'x'})
RETURN graph.names()
RETURN linenumber()
RETURN file()
USE system SHOW USERS
USE neo4j MATCH (p:Party) RETURN p
USE graph.byName('system') MATCH (n) RETURN n
CALL { USE system MATCH (n) RETURN n } RETURN n
SHOW USERS
SHOW DATABASES
SHOW TRANSACTIONS
SHOW SETTINGS
SHOW PROCEDURES
SHOW FUNCTIONS
SHOW INDEXES
SHOW CONSTRAINTS
SHOW SERVERS
SHOW PRIVILEGES
SHOW TRANSACTIONS YIELD * RETURN *
TERMINATE TRANSACTIONS 'neo4j-transaction-1'
SHOW TRANSACTIONS YIELD transactionId AS t TERMINATE TRANSACTIONS t YIELD message RETURN message
CREATE USER evil SET PASSWORD 'abcdefgh1'
ALTER CURRENT USER SET PASSWORD FROM 'a' TO 'b'
ALTER USER neo4j SET PASSWORD 'abcdefgh1' CHANGE NOT REQUIRED
DROP USER neo4j
RENAME USER neo4j TO evil
CREATE ROLE evil
GRANT ROLE admin TO neo4j
DENY READ {*} ON GRAPH * TO evil
REVOKE ROLE admin FROM neo4j
CREATE DATABASE evil
CREATE ALIAS evil FOR DATABASE neo4j
DROP DATABASE neo4j
STOP DATABASE neo4j
START DATABASE neo4j
ALTER DATABASE neo4j SET ACCESS READ ONLY
ENABLE SERVER 'x'
DRYRUN DEALLOCATE DATABASES FROM SERVER 'x'
REALLOCATE DATABASES
CREATE INDEX evil FOR (p:Party) ON (p.name)
CREATE FULLTEXT INDEX evil FOR (p:Party) ON EACH [p.name]
CREATE CONSTRAINT evil FOR (p:Party) REQUIRE p.name IS UNIQUE
DROP INDEX evil
DROP CONSTRAINT evil IF EXISTS
CYPHER 5 MATCH (p:Party) RETURN p
CYPHER runtime=parallel MATCH (p:Party) RETURN p
PROFILE MATCH (p:Party) RETURN p
EXPLAIN PROFILE MATCH (p:Party) DELETE p
:param x => 1
:auto MATCH (p:Party) DELETE p
BEGIN
COMMIT
MATCH (p:Party) WHERE p.name = '\\u0027 DELETE p //' RETURN p
RETURN '\\u005c' AS a, ' DELETE '
RETURN '\\u+027 DELETE p
RETURN "\\u0022 MATCH (n) DELETE n //"
/* \\u002a/ MATCH (n) DELETE n /* */ RETURN 1 AS x
// \\u000aMATCH (n) DELETE n
""")
)

NEVER_PLANNED = [
    "MATCH (p:Party) WHERE " + " XOR ".join(f"p.value = {n}" for n in range(20)) + " RETURN p",
    "RETURN " + "NOT " * 300 + "true AS x",
    "RETURN " + "CASE WHEN true THEN " * 200 + "1" + " ELSE 2 END" * 200 + " AS x",
    "MATCH (a) WHERE " + "(a.x = 1 OR (a.y = 2 AND " * 18 + "true" + "))" * 18 + " RETURN a",
    "MATCH (a) WHERE " + "NOT (a.x = 1 AND " * 36 + "true" + ")" * 36 + " RETURN a",
    "RETURN " + " + ".join(["'a'"] * 200) + " AS x",
    "MATCH (a) WHERE " + "EXISTS { MATCH (a)-->(b) WHERE " * 20 + "true" + "}" * 20 + " RETURN a",
]
"""Statements that hold a server's planner for minutes, whatever the time limit."""

BROKEN = [
    "", " ", ";", "\x00", "RETURN 1\x00", "RETURN '\x00'", "MATCH (p:Party) DELETE p\x00 RETURN p", "RETURN '",
    'RETURN "',
    "RETURN `x", "RETURN /* x", "/*", "//", "RETURN 1)", "RETURN (1", "RETURN [1)", 
    "RETURN " + "(" * 200 + "1" + ")" * 200,
    "RETURN " + "1 + " * 40_000 + "1", "\ud800", "RETURN '\udcff'", "RETURN \\", "RETURN $", "RETURN #", "RETURN @x",
    "RETURN ?", "DELETE", "SET", "CALL", "CALL (", "CALL {", "OPTIONAL", "ORDER BY 1", "\u202eRETURN 1", "\ufeff",
    "MATCH (p) // \rDELETE p", "MATCH (p)\x0bDELETE p", "MATCH (p)\x85DELETE p", "RETURN 1 // \u2029 DELETE",
]  # fmt: skip
"""Statements that are none."""
