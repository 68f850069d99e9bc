/**
 * OTLP 1.11 in both encodings: requests into columns, columns into answers, and the answers to exporters. Messages and
 * field numbers: opentelemetry-proto v1.11.0.
 */
@NullMarked
package io.clew.ingest.otlp;

import org.jspecify.annotations.NullMarked;
