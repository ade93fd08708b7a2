package io.liudan.process.rules;

import java.beans.FeatureDescriptor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.camunda.bpm.dmn.engine.DmnDecisionResult;
import org.camunda.bpm.dmn.feel.impl.juel.FeelEngineFactoryImpl;
import org.camunda.bpm.dmn.feel.impl.juel.el.ElContextFactory;
import org.camunda.bpm.dmn.feel.impl.juel.el.FeelElContextFactory;
import org.camunda.bpm.engine.delegate.BaseDelegateExecution;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.VariableScope;
import org.camunda.bpm.engine.impl.el.CommandContextFunctions;
import org.camunda.bpm.engine.impl.el.DateTimeFunctions;
import org.camunda.bpm.engine.impl.el.Expression;
import org.camunda.bpm.engine.impl.el.JuelExpression;
import org.camunda.bpm.engine.impl.el.JuelExpressionManager;
import org.camunda.bpm.engine.impl.el.VariableContextElResolver;
import org.camunda.bpm.engine.impl.el.VariableScopeElResolver;
import org.camunda.bpm.impl.juel.jakarta.el.ELContext;
import org.camunda.bpm.impl.juel.jakarta.el.ELException;
import org.camunda.bpm.impl.juel.jakarta.el.ELResolver;
import org.camunda.bpm.impl.juel.jakarta.el.ExpressionFactory;
import org.camunda.bpm.impl.juel.jakarta.el.MethodNotFoundException;
import org.camunda.bpm.impl.juel.jakarta.el.PropertyNotFoundException;
import org.camunda.bpm.impl.juel.jakarta.el.PropertyNotWritableException;

/**
 * The one place where expressions of the engine get at anything, wherever they come from: models of any version,
 * decision tables, task queries, filters. They reach process variables, the keys of maps, the declared verbs of
 * whitelisted beans, the four readings of a decision's result, and the three functions that {@code bpmn/filters.yaml}
 * uses. No method and no property of a string, a list, an execution or anything else is there.
 *
 * <p>{@code execution} and {@code task} can be handed to a verb, and of an execution the business key can be read. The
 * rules at deployment ({@link ExpressionRules}) refuse earlier and in words that a designer understands; nothing relies
 * on them.
 */
public class ExpressionWall extends JuelExpressionManager {

    /** Of a decision's result, its own methods and none of the list that it also is. */
    static final Set<String> READINGS = Set.of("getSingleResult", "getFirstResult", "getSingleEntry", "collectEntries");

    /** The one thing that may be read of an execution: a process hands it on to one that it calls. */
    static final String BUSINESS_KEY = "execution.processBusinessKey";

    private static final Set<String> FUNCTIONS = Set.of(
            CommandContextFunctions.CURRENT_USER, CommandContextFunctions.CURRENT_USER_GROUPS, DateTimeFunctions.NOW);

    private final Verbs verbs;

    public ExpressionWall(Verbs verbs) {
        this.verbs = verbs;
    }

    @Override
    protected ELResolver createElResolver() {
        return new Resolver(verbs);
    }

    /** What fails is marked with the step that asked: the engine itself doesn't note it for listeners. */
    @Override
    public Expression createExpression(String text) {
        return new JuelExpression(createValueExpression(text), this, text) {

            @Override
            public Object getValue(VariableScope scope, BaseDelegateExecution execution) {
                try {
                    return super.getValue(scope, execution);
                } catch (RuntimeException failure) {
                    FaultPlace.of(scope).ifPresent(place -> place.mark(failure));
                    throw failure;
                }
            }
        };
    }

    /** The engine adds functions of its own and of its plugins at start: all but the allowed stay unknown. */
    @Override
    public void addFunction(String name, Method function) {
        if (FUNCTIONS.contains(name)) {
            super.addFunction(name, function);
        }
    }

    /** The same wall for cells of decision tables, which are read by an expression engine of their own. */
    public static class Feel extends FeelEngineFactoryImpl {

        @Override
        protected ElContextFactory createElContextFactory() {
            return new FeelElContextFactory() {

                @Override
                public ELResolver createElResolver() {
                    return new Resolver(Verbs.of(Map.of()));
                }
            };
        }
    }

    private static final class Resolver extends ELResolver {

        private final ELResolver scope = new VariableScopeElResolver();
        private final ELResolver context = new VariableContextElResolver();
        private final Verbs verbs;

        Resolver(Verbs verbs) {
            this.verbs = verbs;
        }

        @Override
        public Object getValue(ELContext call, Object base, Object property) {
            if (base == null) {
                return named(call, String.valueOf(property));
            }
            if (base instanceof Map<?, ?> map) {
                call.setPropertyResolved(true);
                return map.get(property);
            }
            if (base instanceof DelegateExecution execution && BUSINESS_KEY.equals("execution." + property)) {
                call.setPropertyResolved(true);
                return execution.getProcessBusinessKey();
            }
            throw new PropertyNotFoundException("Expressions can't reach into this: ." + property);
        }

        private Object named(ELContext call, String name) {
            Object value = scope.getValue(call, null, name);
            if (!call.isPropertyResolved() && !VariableContextElResolver.VAR_CTX_KEY.equals(name)) {
                value = context.getValue(call, null, name);
            }
            if (!call.isPropertyResolved()) {
                Optional<Object> bean = verbs.bean(name);
                call.setPropertyResolved(bean.isPresent());
                value = bean.orElse(null);
            }
            return value;
        }

        @Override
        public Object invoke(ELContext call, Object base, Object name, Class<?>[] types, Object[] arguments) {
            int count = arguments == null ? 0 : arguments.length;
            Method method = verbs.verb(base, String.valueOf(name), count)
                    .or(() -> reading(base, String.valueOf(name), count))
                    .orElseThrow(() -> new MethodNotFoundException("Expressions can't call this: ." + name + "()"));
            Object[] converted = new Object[count];
            ExpressionFactory factory = (ExpressionFactory) call.getContext(ExpressionFactory.class);
            for (int i = 0; i < count; i++) {
                converted[i] = factory.coerceToType(arguments[i], method.getParameterTypes()[i]);
            }
            call.setPropertyResolved(true);
            try {
                return method.invoke(base, converted);
            } catch (InvocationTargetException e) {
                throw new ELException(e.getCause());
            } catch (IllegalAccessException e) {
                throw new ELException(e);
            }
        }

        private static Optional<Method> reading(Object base, String name, int arguments) {
            if (!(base instanceof DmnDecisionResult) || !READINGS.contains(name)) {
                return Optional.empty();
            }
            try {
                return Optional.of(DmnDecisionResult.class.getMethod(
                        name, arguments == 0 ? new Class<?>[0] : new Class<?>[] {String.class}));
            } catch (NoSuchMethodException e) {
                return Optional.empty();
            }
        }

        @Override
        public Class<?> getType(ELContext call, Object base, Object property) {
            return Object.class;
        }

        @Override
        public boolean isReadOnly(ELContext call, Object base, Object property) {
            return true;
        }

        @Override
        public void setValue(ELContext call, Object base, Object property, Object value) {
            throw new PropertyNotWritableException("Expressions read and call; they set nothing");
        }

        @Override
        public Iterator<FeatureDescriptor> getFeatureDescriptors(ELContext call, Object base) {
            return Collections.emptyIterator();
        }

        @Override
        public Class<?> getCommonPropertyType(ELContext call, Object base) {
            return Object.class;
        }
    }
}
