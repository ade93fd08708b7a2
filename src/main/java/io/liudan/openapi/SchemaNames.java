package io.liudan.openapi;

import io.swagger.v3.core.jackson.TypeNameResolver;
import java.util.Set;

/**
 * A name of its own for each type of the API: a nested record is called by its outer one as well ({@code MatterPage}
 * and {@code TaskPage}), or two of one simple name would overwrite each other.
 */
final class SchemaNames extends TypeNameResolver {

    private static final String HUB = "io.liudan.";
    /** Says what a class is in the code, and nothing about what it carries. */
    private static final String IN_THE_CODE = "(Controller|View|Reader|Document)$";

    @Override
    protected String nameForClass(Class<?> type, Set<Options> options) {
        return type.getName().startsWith(HUB) ? name(type) : super.nameForClass(type, options);
    }

    private static String name(Class<?> type) {
        Class<?> outer = type.getEnclosingClass();
        if (outer == null) {
            return type.getSimpleName().replaceFirst(IN_THE_CODE, "");
        }
        String prefix = name(outer);
        // Not DeadLettersDeadLetter, and not WorkOrderWorkOrder.
        return type.getSimpleName().startsWith(prefix) ? type.getSimpleName() : prefix + type.getSimpleName();
    }
}
