package io.clew.demo.shop;

import java.time.Duration;

/** A service of another company (a carrier, a payment gateway) of which this demo has only the waiting time. */
public final class OtherCompany {

    private OtherCompany() {}

    /** Takes as long as the other company would; an interrupt ends the wait and is kept. */
    public static void answerAfter(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
