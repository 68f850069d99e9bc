package io.clew.server.ui;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import io.clew.server.intake.StoreGate;

/** {@code /live} and {@code /ready}, for whoever watches the process. */
final class Health {
    private final StoreGate gate;

    Health(StoreGate gate) {
        this.gate = gate;
    }

    /** The process answers, so it lives. */
    HttpResponse live() {
        return HttpResponse.of(HttpStatus.OK, MediaType.PLAIN_TEXT_UTF_8, "live\n");
    }

    /** Recovery is done and what arrives is kept; else 503 with the reason. Reading may work all the same. */
    HttpResponse ready() {
        String closed = gate.closedBecause();
        String reason = closed != null ? closed : gate.notWritableBecause();
        return reason == null
                ? HttpResponse.of(HttpStatus.OK, MediaType.PLAIN_TEXT_UTF_8, "ready\n")
                : HttpResponse.of(
                        HttpStatus.SERVICE_UNAVAILABLE, MediaType.PLAIN_TEXT_UTF_8, "not ready: " + reason + "\n");
    }
}
