/** The OTLP doors: HTTP and gRPC, traces kept, logs and metrics politely not taken yet. */
@NullMarked
package io.clew.server.otlp;

import org.jspecify.annotations.NullMarked;
