package io.clew.demo.shop.database;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.h2.tools.Server;

/**
 * The shop's H2 server. It makes the in-memory database from {@code schema.sql} and then serves it on the loopback
 * interface; clients cannot create other databases, and the password (environment variable {@value #PASSWORD}) is new
 * at each start of the demo.
 */
public final class Database {

    /** Environment variable with the password of user {@code shop}. */
    public static final String PASSWORD = "SHOP_DATABASE_PASSWORD";

    private Database() {}

    /** Serves on the TCP port given as the only argument until the process is stopped. */
    public static void main(String[] args) throws SQLException, InterruptedException {
        System.setProperty("h2.bindAddress", "127.0.0.1");
        String schema = "jdbc:h2:mem:shop;INIT=RUNSCRIPT FROM 'classpath:io/clew/demo/shop/database/schema.sql'";
        try (Connection _ = DriverManager.getConnection(schema, "shop", System.getenv(PASSWORD))) {
            // The open connection keeps the in-memory database alive as long as the server.
            Server server = Server.createTcpServer("-tcpPort", args[0]).start();
            System.out.println("shop database on " + server.getURL());
            Thread.currentThread().join();
        }
    }

    /** JDBC URL for clients of a server on this port. */
    public static String url(int port) {
        return "jdbc:h2:tcp://127.0.0.1:" + port + "/mem:shop";
    }
}
