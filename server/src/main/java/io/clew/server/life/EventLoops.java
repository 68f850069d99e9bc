package io.clew.server.life;

import com.linecorp.armeria.common.Flags;
import com.linecorp.armeria.common.util.EventLoopGroups;
import com.linecorp.armeria.common.util.TransportType;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * The threads of the doors. Netty's groups stay for 2 s more when they are stopped, in case tasks still come; by the time
 * ours are stopped every answer is out and every connection closed, so that they end at once.
 */
final class EventLoops {
    private static final Duration LONGEST_STOP = Duration.ofSeconds(5);

    private EventLoops() {}

    /** Threads that serve connections. */
    static EventLoopGroup workers(int threads) {
        return EventLoopGroups.builder()
                .numThreads(threads)
                .gracefulShutdown(Duration.ZERO, LONGEST_STOP)
                .build();
    }

    /** A thread that accepts the connections of one port. */
    static EventLoopGroup acceptor(String name) {
        TransportType transport = Flags.transportType();
        return switch (transport) {
            case EPOLL -> new Acceptor(Thread.ofPlatform().name(name).factory(), EpollIoHandler.newFactory());
            case NIO -> new Acceptor(Thread.ofPlatform().name(name).factory(), NioIoHandler.newFactory());
            // Elsewhere it ends 2 s later.
            case KQUEUE, IO_URING -> EventLoopGroups.newEventLoopGroup(1, name);
        };
    }

    /** Armeria stops the group that made the event loop, whatever stands around it: hence a group of our own. */
    private static final class Acceptor extends MultiThreadIoEventLoopGroup {
        Acceptor(ThreadFactory threads, IoHandlerFactory handlers) {
            super(1, threads, handlers);
        }

        @Override
        public Future<?> shutdownGracefully() {
            return shutdownGracefully(0, LONGEST_STOP.toMillis(), TimeUnit.MILLISECONDS);
        }
    }
}
