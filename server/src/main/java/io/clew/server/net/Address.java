package io.clew.server.net;

import org.jspecify.annotations.Nullable;

/**
 * How a door is reached.
 *
 * @param port the actual port
 * @param fromHost base URL on this machine
 * @param fromContainer base URL in a container on this machine, or null when containers cannot reach the door
 */
public record Address(
        Door door, int port, String fromHost, @Nullable String fromContainer) {}
