package io.clew.analysis.sql;

import java.util.Locale;
import java.util.Set;

/**
 * How a database system reads its texts where systems differ, by the values that {@code db.system.name} and {@code db.system}
 * have. A system that is not known is read as the standard says.
 *
 * @param sql whether it speaks SQL or something much like it, as an unknown system may
 * @param known whether the system is known
 * @param backslash whether a backslash in quotes escapes the character after it
 * @param doubleQuoted whether double quotes enclose a text, not a name
 * @param hash whether {@code #} begins a comment
 * @param brackets whether brackets enclose a name
 * @param nested whether a comment may stand in a comment
 */
record Dialect(
        boolean sql,
        boolean known,
        boolean backslash,
        boolean doubleQuoted,
        boolean hash,
        boolean brackets,
        boolean nested) {
    private static final Set<String> MYSQL =
            Set.of("mysql", "mariadb", "tidb", "oceanbase", "singlestore", "doris", "starrocks");
    private static final Set<String> HIVE = Set.of(
            "hive",
            "spark",
            "databricks",
            "gcp.bigquery",
            "bigquery",
            "gcp.spanner",
            "spanner",
            "impala",
            "maxcompute");
    private static final Set<String> POSTGRESQL = Set.of(
            "postgresql",
            "postgres",
            "cockroachdb",
            "cockroach",
            "redshift",
            "aws.redshift",
            "edb",
            "greenplum",
            "opengauss",
            "gaussdb",
            "yugabytedb",
            "timescaledb",
            "duckdb");
    private static final Set<String> SQL_SERVER =
            Set.of("mssql", "microsoft.sql_server", "sqlserver", "sybase", "azure.synapse", "access", "mssqlcompact");
    private static final Set<String> STANDARD = Set.of(
            "other_sql",
            "sql",
            "oracle",
            "oracle.db",
            "db2",
            "ibm.db2",
            "ibm.informix",
            "informix",
            "ibm.netezza",
            "netezza",
            "h2",
            "h2database",
            "hsqldb",
            "derby",
            "firebird",
            "firebirdsql",
            "sap.hana",
            "hanadb",
            "sap.maxdb",
            "maxdb",
            "adabas",
            "softwareag.adabas",
            "teradata",
            "vertica",
            "trino",
            "presto",
            "dameng",
            "kingbase",
            "ingres",
            "actian.ingres",
            "intersystems_cache",
            "intersystems.cache",
            "interbase",
            "filemaker",
            "firstsql",
            "pointbase",
            "progress",
            "instantdb",
            "pervasive",
            "cloudscape",
            "colddb",
            "cassandra",
            "scylladb");
    private static final Set<String> NO_SQL = Set.of(
            "redis",
            "valkey",
            "memcached",
            "mongodb",
            "elasticsearch",
            "opensearch",
            "solr",
            "couchdb",
            "dynamodb",
            "aws.dynamodb",
            "neo4j",
            "neptune",
            "hbase",
            "geode",
            "gemfire",
            "hazelcast",
            "infinispan",
            "ehcache",
            "etcd",
            "milvus",
            "qdrant",
            "pinecone",
            "weaviate",
            "ldap",
            "s3",
            "jcr");

    static Dialect of(String system) {
        String name = system.toLowerCase(Locale.ROOT);
        if (MYSQL.contains(name)) {
            return new Dialect(true, true, true, true, true, false, false);
        } else if (HIVE.contains(name)) {
            return new Dialect(true, true, true, true, false, false, false);
        } else if (POSTGRESQL.contains(name)) {
            return new Dialect(true, true, false, false, false, false, true);
        } else if (SQL_SERVER.contains(name)) {
            return new Dialect(true, true, false, false, false, true, true);
        } else if (name.equals("sqlite")) {
            return new Dialect(true, true, false, false, false, true, false);
        } else if (name.equals("clickhouse")) {
            return new Dialect(true, true, true, false, true, false, true);
        } else if (name.equals("snowflake")) {
            return new Dialect(true, true, true, false, false, false, false);
        } else if (NO_SQL.contains(name)) {
            return new Dialect(false, true, false, false, false, false, false);
        }
        return new Dialect(true, STANDARD.contains(name), false, false, false, false, false);
    }
}
