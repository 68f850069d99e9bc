package io.clew.quality.bench;

import io.clew.ingest.TrainTicket;
import java.io.IOException;
import java.net.http.HttpRequest;

/** Bytes a span of the recorded traces of Train-Ticket (51 requests, 178,156 distinct spans). */
final class TrainTicketSize {
    private TrainTicketSize() {}

    static void measure(Workbench bench) throws IOException, InterruptedException {
        Report report = bench.report();
        report.section("Train-Ticket");
        try (Clew clew = bench.start("train-ticket", "--analysis-live", "off")) {
            for (String file : TrainTicket.FILES) {
                int status = Sender.post(HttpRequest.newBuilder(clew.intake())
                        .header("content-type", "application/x-protobuf")
                        .header("content-encoding", "gzip")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(TrainTicket.gzip(file))));
                if (status != 200) {
                    throw new IOException(file + " was answered " + status);
                }
            }
            boolean settled = clew.settle(60);
            long stored = clew.status().get("spansStored").asLong();
            report.atMost("spans missing or too many", "", (double) Math.abs(stored - TrainTicket.SPANS), 0);
            report.add(
                    "bytes a span on disk" + (settled ? "" : ", merges still due"),
                    "",
                    (double) clew.dataBytes() / stored);
            report.add("of these the log", "", (double) clew.logBytes() / stored);
            clew.tellColumns("Train-Ticket", report);
        } finally {
            Workbench.delete(bench.work().resolve("train-ticket"));
        }
    }
}
