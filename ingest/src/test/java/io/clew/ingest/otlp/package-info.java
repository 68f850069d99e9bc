/** OTLP against the official protobuf classes, on real and generated requests. */
@NullMarked
package io.clew.ingest.otlp;

import org.jspecify.annotations.NullMarked;
