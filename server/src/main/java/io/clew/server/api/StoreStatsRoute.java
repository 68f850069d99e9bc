package io.clew.server.api;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import io.clew.server.exchange.LayoutJson;
import io.clew.server.query.Problem;
import io.clew.store.StoreOnDisk;
import io.clew.store.TraceStore;

/** {@code store/stats}: the blocks of the store, and where their bytes are. */
final class StoreStatsRoute implements ClewApi.Route {
    @Override
    public String pattern() {
        return "store/stats";
    }

    @Override
    public HttpResponse answer(ClewApi.Ask ask, String variable) throws Problem {
        ask.parameters().allowOnly("timeout");
        return ask.queries()
                .storeJson(
                        ask.context(),
                        ask.parameters().timeout(ask.queries().longest()),
                        false,
                        Problem::toResponse,
                        (store, control, json) -> LayoutJson.write(onDisk(store).layout(control), json));
    }

    /** @throws Problem when the store has no files */
    static StoreOnDisk onDisk(TraceStore store) throws Problem {
        if (store instanceof StoreOnDisk onDisk) {
            return onDisk;
        }
        throw new Problem(HttpStatus.NOT_IMPLEMENTED, "Not possible here", "this server's store is not on a disk");
    }
}
