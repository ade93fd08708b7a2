package io.liudan.process.rules;

import io.liudan.process.scope.Verb;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.springframework.util.ClassUtils;

/**
 * What models may call: the methods that a whitelisted bean declares itself and marks as {@link Verb}, by the bean's
 * name. What a bean inherits is no verb of it.
 */
public final class Verbs {

    private final Map<String, Class<?>> kinds;
    private final Map<String, Object> beans;
    /** Looked up once: an expression asks for them each time that it is evaluated. */
    private final Map<Object, List<Method>> verbs = new IdentityHashMap<>();

    /** @param beans whitelisted beans by the name that models use */
    public static Verbs of(Map<String, Object> beans) {
        return new Verbs(
                beans,
                beans.entrySet().stream()
                        .collect(
                                Collectors.toMap(Map.Entry::getKey, bean -> ClassUtils.getUserClass(bean.getValue()))));
    }

    /** For checks alone: nothing can be called. */
    static Verbs named(Map<String, Class<?>> kinds) {
        return new Verbs(Map.of(), kinds);
    }

    private Verbs(Map<String, Object> beans, Map<String, Class<?>> kinds) {
        this.beans = Map.copyOf(beans);
        this.kinds = Map.copyOf(kinds);
        beans.forEach((name, bean) -> {
            List<Method> own = declared(kinds.get(name));
            // A bean's class may be package-private.
            own.forEach(method -> method.setAccessible(true));
            verbs.put(bean, own);
        });
    }

    /** The whitelisted bean of this name. */
    Optional<Object> bean(String name) {
        return Optional.ofNullable(beans.get(name));
    }

    List<String> names() {
        return kinds.keySet().stream().sorted().toList();
    }

    boolean knows(String bean) {
        return kinds.containsKey(bean);
    }

    /** The verb of a bean with so many arguments; empty where the object is no whitelisted bean or has no such verb. */
    Optional<Method> verb(Object bean, String name, int arguments) {
        return verbs.getOrDefault(bean, List.of()).stream()
                .filter(method -> method.getName().equals(name) && method.getParameterCount() == arguments)
                .findFirst();
    }

    /** The verbs of a bean. */
    List<Method> verbs(String bean) {
        return declared(kinds.get(bean));
    }

    private static List<Method> declared(Class<?> kind) {
        return Arrays.stream(kind.getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(Verb.class))
                .toList();
    }
}
