/** Applications traced by OpenTelemetry's own agent and SDKs, with their defaults but for the address. */
@NullMarked
package io.clew.quality.sdk;

import org.jspecify.annotations.NullMarked;
