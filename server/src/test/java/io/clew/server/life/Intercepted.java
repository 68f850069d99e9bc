package io.clew.server.life;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/** A real component of which a test sees, delays or changes single calls. */
public final class Intercepted {
    private Intercepted() {}

    /** Takes part in every call. */
    public interface Interceptor {
        /**
         * Called in place of the component.
         *
         * @param call brings the call to the component
         * @return what the caller gets
         */
        @Nullable
        Object call(Method method, Call call) throws Throwable;
    }

    /** One call on its way. */
    public interface Call {
        @Nullable
        Object goOn() throws Throwable;
    }

    /**
     * Puts the interceptor before the component.
     *
     * @param type an interface of the component, through which it is used
     */
    public static <T> T of(Class<T> type, T component, Interceptor interceptor) {
        Object proxy = Proxy.newProxyInstance(
                Intercepted.class.getClassLoader(),
                new Class<?>[] {type},
                (_, method, arguments) -> interceptor.call(method, () -> {
                    try {
                        return method.invoke(component, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause() == null ? e : e.getCause();
                    }
                }));
        return type.cast(proxy);
    }
}
