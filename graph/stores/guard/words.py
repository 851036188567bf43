"""What may stand in a reading statement: clauses, functions and procedures of each store, by name.

Everything else is refused. Names are in upper case; a store compares them without case.
"""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


STARTS = _words("MATCH OPTIONAL UNWIND WITH RETURN CALL")
"""Words a query, a branch of a UNION or a subquery may begin with."""

PREFIXES = _words("NOT DISTINCT CASE WHEN WHERE ANY ALL SHORTEST WSHORTEST TRAIL ACYCLIC TYPED")
"""Words after which, as before them, a value or a pattern is expected."""

VALUES = _words("END ASC DESC ASCENDING DESCENDING")
"""Words that end a value."""

CONTINUES = (
    VALUES
    | STARTS
    | _words(
        "AND OR XOR NOT IN IS STARTS ENDS CONTAINS AS WHEN THEN ELSE WHERE ORDER SKIP OFFSET LIMIT UNION YIELD "
        "PATH PATHS GROUP GROUPS"
    )
)
"""Words that may follow a value: operators and the clauses that only read."""

PAIRS = {"ORDER": {"BY"}, "OPTIONAL": {"MATCH", "CALL"}, "STARTS": {"WITH"}, "ENDS": {"WITH"}}
"""Words that must be followed by one of some others."""

SUBQUERIES = _words("CALL EXISTS COUNT COLLECT")
"""Words after which braces hold a query."""

REASONS = {
    word: reason
    for reason, words in {
        "query_writes": "CREATE MERGE SET DELETE REMOVE DETACH NODETACH INSERT FOREACH",
        "query_schema": "DROP ALTER RENAME COMMENT ANALYZE",
        "query_files": "LOAD COPY EXPORT IMPORT",
        "query_elsewhere": "USE ATTACH INSTALL UNINSTALL UPDATE FORCE",
        "query_transaction": "BEGIN COMMIT ROLLBACK CHECKPOINT TRANSACTIONS",
        "query_administration": "SHOW TERMINATE GRANT DENY REVOKE START STOP ENABLE DRYRUN DEALLOCATE REALLOCATE",
        "query_planning": "PROFILE CYPHER USING HINT",
    }.items()
    for word in words.split()
}
"""Why a clause is refused; for any other word the reason is `query_clause`."""

NEVER_BARE = _words("CREATE MERGE SET DELETE REMOVE DETACH NODETACH INSERT FOREACH LOAD USE TRANSACTIONS")
"""Clauses that may stand inside a query: as names they must stand in backticks."""

_BOTH = (
    "ABS ACOS ALL ANY ASIN ATAN ATAN2 AVG CEIL COALESCE COLLECT COS COT COUNT DATE DEGREES DURATION EXISTS FLOOR "
    "ID KEYS LABELS LEFT LENGTH LOG LOG10 LOWER LTRIM MAX MIN NODES NONE NULLIF PERCENTILECONT PERCENTILEDISC PI "
    "PROPERTIES RADIANS RANGE RELATIONSHIPS REPLACE REVERSE RIGHT ROUND RTRIM SIGN SIN SINGLE SIZE SQRT SUBSTRING "
    "SUM TAN TIMESTAMP TOLOWER TOUPPER TRIM UPPER"
)
_LADYBUG = (
    "ARRAY_APPEND ARRAY_CAT ARRAY_CONCAT ARRAY_CONTAINS ARRAY_COSINE_SIMILARITY ARRAY_CROSS_PRODUCT "
    "ARRAY_DISTANCE ARRAY_DOT_PRODUCT ARRAY_EXTRACT ARRAY_HAS ARRAY_INDEXOF ARRAY_INNER_PRODUCT ARRAY_POSITION "
    "ARRAY_PREPEND ARRAY_PUSH_BACK ARRAY_PUSH_FRONT ARRAY_SLICE ARRAY_SQUARED_DISTANCE ARRAY_VALUE BITSHIFT_LEFT "
    "BITSHIFT_RIGHT BITWISE_AND BITWISE_OR BITWISE_XOR BLOB CARDINALITY CAST CBRT CEILING CENTURY CONCAT "
    "CONCAT_WS CONTAINS COST COUNT_IF CURRENT_DATE CURRENT_TIMESTAMP DATEPART DATETRUNC DATE_PART DATE_TRUNC "
    "DAYNAME DECIMAL DECODE ELEMENT_AT ENCODE ENDS_WITH END_NODE EPOCH_MS EVEN FACTORIAL GAMMA GEN_RANDOM_UUID "
    "GREATEST HASH HISTOGRAM IFNULL INITCAP INTERVAL IS_ACYCLIC IS_TRAIL LABEL LAST_DAY LCASE LEAST LEVENSHTEIN "
    "LGAMMA LIST_ANY_VALUE LIST_APPEND LIST_CAT LIST_CONCAT LIST_CONTAINS LIST_CREATION LIST_DISTINCT "
    "LIST_ELEMENT LIST_EXTRACT LIST_FILTER LIST_HAS LIST_HAS_ALL LIST_HAS_ANY LIST_INDEXOF LIST_MAX LIST_MIN "
    "LIST_POSITION LIST_PREPEND LIST_PRODUCT LIST_REDUCE LIST_REVERSE LIST_REVERSE_SORT LIST_SLICE LIST_SORT "
    "LIST_SUM LIST_TO_STRING LIST_TRANSFORM LIST_UNIQUE LN LOG2 LPAD MAKE_DATE MAP MAP_EXTRACT MAP_KEYS "
    "MAP_VALUES MD5 MONTHNAME OCTET_LENGTH OFFSET POW PREFIX RANDOM REGEXP_EXTRACT REGEXP_EXTRACT_ALL "
    "REGEXP_FULL_MATCH REGEXP_MATCHES REGEXP_REPLACE REGEXP_SPLIT_TO_ARRAY RELS REPEAT ROWID RPAD SHA256 "
    "SPLIT_PART STARTS_WITH START_NODE STRING STRING_SPLIT STRING_TO_ARRAY STRUCT_EXTRACT STRUCT_PACK STR_SPLIT "
    "SUBSTR SUFFIX TIME_BUCKET TO_BLOB TO_BOOL TO_DATE TO_DAYS TO_DOUBLE TO_EPOCH_MS TO_FLOAT TO_HOURS TO_INT128 "
    "TO_INT16 TO_INT32 TO_INT64 TO_INT8 TO_INTERVAL TO_MICROSECONDS TO_MILLISECONDS TO_MINUTES TO_MONTHS "
    "TO_SECONDS TO_STRING TO_TIMESTAMP TO_UINT128 TO_UINT16 TO_UINT32 TO_UINT64 TO_UINT8 TO_UUID TO_YEARS TYPEOF "
    "UCASE UNION_EXTRACT UNION_TAG UNION_VALUE UUID"
)
_NEO4J = (
    "ALLREDUCE ALLSHORTESTPATHS BTRIM CHARACTER_LENGTH CHAR_LENGTH COSH COTH DATETIME E ELEMENTID ENDNODE EXP "
    "HAVERSIN HEAD ISEMPTY ISNAN LAST LOCALDATETIME LOCALTIME NORMALIZE POINT RAND RANDOMUUID REDUCE SHORTESTPATH "
    "SINH SPLIT STARTNODE STDEV STDEVP TAIL TANH TIME TOBOOLEAN TOBOOLEANLIST TOBOOLEANORNULL TOFLOAT TOFLOATLIST "
    "TOFLOATORNULL TOINTEGER TOINTEGERLIST TOINTEGERORNULL TOSTRING TOSTRINGLIST TOSTRINGORNULL TYPE VALUETYPE "
    "DATE.TRUNCATE DATE.STATEMENT DATE.TRANSACTION DATE.REALTIME DATETIME.TRUNCATE DATETIME.FROMEPOCH "
    "DATETIME.FROMEPOCHMILLIS DATETIME.STATEMENT DATETIME.TRANSACTION DATETIME.REALTIME LOCALDATETIME.TRUNCATE "
    "LOCALTIME.TRUNCATE TIME.TRUNCATE DURATION.BETWEEN DURATION.INMONTHS DURATION.INDAYS DURATION.INSECONDS "
    "POINT.DISTANCE POINT.WITHINBBOX VECTOR.SIMILARITY.COSINE VECTOR.SIMILARITY.EUCLIDEAN"
)
FUNCTIONS = {"ladybug": _words(f"{_BOTH} {_LADYBUG}"), "neo4j": _words(f"{_BOTH} {_NEO4J}")}
"""Left out on Ladybug: NEXTVAL and CURRVAL (sequences), SETSEED (state of the connection), ERROR, TO_SERIAL."""

PROCEDURES = {
    "ladybug": _words("SHOW_TABLES TABLE_INFO SHOW_CONNECTION SHOW_FUNCTIONS DB_VERSION"),
    "neo4j": _words(
        "DB.LABELS DB.RELATIONSHIPTYPES DB.PROPERTYKEYS DB.SCHEMA.VISUALIZATION DB.SCHEMA.NODETYPEPROPERTIES "
        "DB.SCHEMA.RELTYPEPROPERTIES DB.INDEX.FULLTEXT.QUERYNODES DB.INDEX.FULLTEXT.QUERYRELATIONSHIPS"
    ),
}

OPERATORS = _words(
    "AllNodesScan AntiConditionalApply AntiSemiApply Apply Argument ArgumentTracker BFSPruningVarLengthExpand "
    "BidirectionalRepeat CacheProperties CartesianProduct ConditionalApply DirectedAllRelationshipsScan "
    "DirectedRelationshipByElementIdSeek DirectedRelationshipByIdSeek DirectedRelationshipIndexContainsScan "
    "DirectedRelationshipIndexEndsWithScan DirectedRelationshipIndexScan DirectedRelationshipIndexSeek "
    "DirectedRelationshipIndexSeekByRange DirectedRelationshipTypeScan DirectedRelationshipUniqueIndexSeek "
    "DirectedRelationshipUniqueIndexSeekByRange DirectedUnionRelationshipTypesScan Distinct Eager EagerAggregation "
    "EmptyResult EmptyRow Expand Filter IntersectionNodeByLabelsScan LetAntiSemiApply LetSelectOrAntiSemiApply "
    "LetSelectOrSemiApply LetSemiApply Limit MultiNodeIndexSeek NodeByElementIdSeek NodeByIdSeek NodeByLabelScan "
    "NodeCountFromCountStore NodeHashJoin NodeIndexContainsScan NodeIndexEndsWithScan NodeIndexScan NodeIndexSeek "
    "NodeIndexSeekByRange NodeLeftOuterHashJoin NodeRightOuterHashJoin NodeUniqueIndexSeek "
    "NodeUniqueIndexSeekByRange NullifyMetadata Optional OptionalExpand OrderedAggregation OrderedDistinct "
    "OrderedUnion PartialSort PartialTop PartitionedAllNodesScan PartitionedNodeByLabelScan "
    "PartitionedNodeIndexScan PartitionedNodeIndexSeek PartitionedUnwind PathPropagatingBFS PreserveOrder "
    "ProcedureCall ProduceResults ProjectEndpoints Projection RelationshipCountFromCountStore Repeat RollUpApply "
    "SelectOrAntiSemiApply SelectOrSemiApply SemiApply ShortestPath Skip Sort StatefulShortestPath "
    "SubtractionNodeByLabelsScan Top Top1WithTies TriadicBuild TriadicFilter TriadicSelection "
    "UndirectedAllRelationshipsScan UndirectedRelationshipByElementIdSeek UndirectedRelationshipByIdSeek "
    "UndirectedRelationshipIndexContainsScan UndirectedRelationshipIndexEndsWithScan "
    "UndirectedRelationshipIndexScan UndirectedRelationshipIndexSeek UndirectedRelationshipIndexSeekByRange "
    "UndirectedRelationshipTypeScan UndirectedRelationshipUniqueIndexSeek "
    "UndirectedRelationshipUniqueIndexSeekByRange UndirectedUnionRelationshipTypesScan Union UnionNodeByLabelsScan "
    "Unwind ValueHashJoin VarLengthExpand"
)
"""Operators of Neo4j's plans that only read, without what follows in brackets."""
