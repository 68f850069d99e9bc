/** The port for people and programs that read: pages, APIs, health and metrics, and who may call them. */
@NullMarked
package io.clew.server.ui;

import org.jspecify.annotations.NullMarked;
