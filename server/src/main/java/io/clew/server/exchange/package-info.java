/** Spans out of a store and into one: files of OTLP and Parquet, read and written whole or going on where they stopped. */
@NullMarked
package io.clew.server.exchange;

import org.jspecify.annotations.NullMarked;
