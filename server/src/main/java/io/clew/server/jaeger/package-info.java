/** Jaeger's legacy JSON API on the UI's port, for scripts and Grafana's Jaeger data source. */
@NullMarked
package io.clew.server.jaeger;

import org.jspecify.annotations.NullMarked;
