package io.clew.analysis.job.shipped;

import io.clew.analysis.job.JobRun;
import io.clew.analysis.job.Lines;
import io.clew.analysis.job.TraceJob;
import io.clew.store.ReadControl;
import io.clew.store.Snapshot;
import io.clew.store.TraceStore;
import io.clew.store.Window;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs a job and reads its rows back. */
final class Jobs {
    private Jobs() {}

    /** Each row: values as text by column. */
    static List<Map<String, String>> rows(TraceStore store, TraceJob job, Path scratch) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (Snapshot snapshot = store.snapshot()) {
            new JobRun(job, new Lines(), false, scratch)
                    .run(snapshot, Window.ALL, 2, ReadControl.unbounded(), (_, _) -> {}, out);
        }
        List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
        String[] columns = lines.getFirst().split("\\|", -1);
        List<Map<String, String>> rows = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            String[] values = line.split("\\|", -1);
            Map<String, String> row = new LinkedHashMap<>();
            for (int i = 0; i < columns.length; i++) {
                row.put(columns[i], values[i]);
            }
            rows.add(row);
        }
        return rows;
    }
}
