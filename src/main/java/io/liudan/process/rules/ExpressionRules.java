package io.liudan.process.rules;

import io.liudan.problem.Nearest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.camunda.bpm.impl.juel.AstBracket;
import org.camunda.bpm.impl.juel.AstChoice;
import org.camunda.bpm.impl.juel.AstDot;
import org.camunda.bpm.impl.juel.AstEval;
import org.camunda.bpm.impl.juel.AstFunction;
import org.camunda.bpm.impl.juel.AstIdentifier;
import org.camunda.bpm.impl.juel.AstMethod;
import org.camunda.bpm.impl.juel.AstNested;
import org.camunda.bpm.impl.juel.AstString;
import org.camunda.bpm.impl.juel.Builder;
import org.camunda.bpm.impl.juel.Node;
import org.camunda.bpm.impl.juel.TreeBuilderException;

/**
 * What an expression in a model may say: process variables by name, compared and combined, and verbs of whitelisted
 * beans. {@code execution} and {@code task} may be handed to a verb but not reached into, since everything of the
 * engine hangs on them.
 */
public class ExpressionRules {

    /** Names whose properties may be read although they are no verbs: the result of a business rule task. */
    private static final Set<String> READABLE = Set.of("decisionResult");

    private final Verbs verbs;
    private final VerbWords words;
    private final Builder parser = new Builder(Builder.Feature.METHOD_INVOCATIONS);

    public ExpressionRules(Verbs verbs, VerbWords words) {
        this.verbs = verbs;
        this.words = words;
    }

    /** Why the text may not stand in a model; empty when it may. A text without an expression always may. */
    public Optional<String> fault(String text) {
        if (text == null || !text.contains("${") && !text.contains("#{")) {
            return Optional.empty();
        }
        try {
            List<String> faults = new ArrayList<>();
            check(parser.build(text).getRoot(), faults);
            return faults.stream().findFirst();
        } catch (TreeBuilderException e) {
            return Optional.of("表达式写错了 the expression can't be read: " + text);
        }
    }

    /** The faults of all attributes and texts of a file, each with the element that it stands at. */
    public List<String> faults(DeployedTexts file) {
        return file.texts().stream()
                .flatMap(text -> fault(text.words()).stream().map(fault -> text.at() + fault))
                .toList();
    }

    private void check(Node node, List<String> faults) {
        switch (node) {
            case AstMethod call -> {
                checkVerb(call, faults);
                for (int i = 0; i < call.getChild(1).getCardinality(); i++) {
                    check(call.getChild(1).getChild(i), faults);
                }
                return;
            }
            case AstFunction function -> faults.add("不允许调用函数 functions are not allowed: " + function);
            case AstDot property -> checkReadable(property, faults);
            case AstBracket property -> checkReadable(property, faults);
            default -> {}
        }
        for (int i = 0; i < node.getCardinality(); i++) {
            check(node.getChild(i), faults);
        }
    }

    /** A call is {@code bean.verb(arguments)}; a readable result may be asked for its entries. */
    private void checkVerb(AstMethod call, List<String> faults) {
        Node target = call.getChild(0);
        String verb = target.toString().replaceFirst("^\\.\\s*", "");
        if (!(target.getChild(0) instanceof AstIdentifier bean)) {
            faults.add("只能调用允许的服务 only whitelisted beans may be called: " + verb);
            return;
        }
        if (READABLE.contains(bean.getName())) {
            if (!ExpressionWall.READINGS.contains(verb)) {
                faults.add("决策结果没有这个读法 a decision's result can't be asked '" + verb + "'; there are: "
                        + String.join(
                                ", ", ExpressionWall.READINGS.stream().sorted().toList()));
            }
            return;
        }
        if (!verbs.knows(bean.getName())) {
            faults.add("没有这个服务 unknown bean '" + bean.getName() + "'" + Nearest.hint(bean.getName(), verbs.names())
                    + "，可用 allowed: " + String.join(", ", verbs.names()));
            return;
        }
        int arguments = call.getChild(1).getCardinality();
        List<String> known = verbs.verbs(bean.getName()).stream()
                .map(method -> method.getName() + "/" + method.getParameterCount())
                .sorted()
                .toList();
        if (!known.contains(verb + "/" + arguments)) {
            faults.add("没有这个动作，或者参数个数不对 unknown verb '" + bean.getName() + "." + verb + "' with " + arguments
                    + " arguments，可用（名称/参数个数） there are: " + String.join(", ", known));
            return;
        }
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < arguments; i++) {
            texts.add(literal(call.getChild(1).getChild(i)));
        }
        words.fault(bean.getName() + "." + verb, texts).ifPresent(faults::add);
    }

    /** {@code null} for what isn't a plain text. */
    private static String literal(Node node) {
        return node instanceof AstString text ? (String) text.eval(null, null) : null;
    }

    /** The plain texts that an expression may give, through choices; none where it gives something else. */
    List<String> results(String expression) {
        List<String> results = new ArrayList<>();
        results(parser.build(expression).getRoot(), results);
        return results;
    }

    private static void results(Node node, List<String> results) {
        switch (node) {
            case AstString text -> results.add((String) text.eval(null, null));
            case AstChoice choice -> {
                results(choice.getChild(1), results);
                results(choice.getChild(2), results);
            }
            case AstEval whole -> results(whole.getChild(0), results);
            case AstNested inner -> results(inner.getChild(0), results);
            default -> {
                // known when it is evaluated
            }
        }
    }

    /**
     * A call of a verb in an expression.
     *
     * @param verb as {@code deadlines.due}
     * @param words arguments that are plain texts; {@code null} for any other
     */
    record Call(String verb, List<String> words) {}

    /** The names of variables that a text asks for; none for a text without an expression. */
    Set<String> names(String text) {
        Set<String> names = new TreeSet<>();
        if (text != null && (text.contains("${") || text.contains("#{"))) {
            visit(parser.build(text).getRoot(), node -> {
                if (node instanceof AstIdentifier name && !verbs.knows(name.getName())) {
                    names.add(name.getName());
                }
            });
        }
        return names;
    }

    /** The verbs that a text calls. */
    List<Call> calls(String text) {
        List<Call> calls = new ArrayList<>();
        if (text != null && (text.contains("${") || text.contains("#{"))) {
            visit(parser.build(text).getRoot(), node -> {
                if (node instanceof AstMethod call
                        && call.getChild(0).getChild(0) instanceof AstIdentifier bean
                        && verbs.knows(bean.getName())) {
                    List<String> words = new ArrayList<>();
                    for (int i = 0; i < call.getChild(1).getCardinality(); i++) {
                        words.add(literal(call.getChild(1).getChild(i)));
                    }
                    calls.add(new Call(
                            bean.getName() + "." + call.getChild(0).toString().replaceFirst("^\\.\\s*", ""), words));
                }
            });
        }
        return calls;
    }

    private static void visit(Node node, Consumer<Node> each) {
        each.accept(node);
        for (int i = 0; i < node.getCardinality(); i++) {
            visit(node.getChild(i), each);
        }
    }

    private static void checkReadable(Node property, List<String> faults) {
        if (!readable(property)) {
            faults.add("不能用点号取里面的内容 properties may not be reached into: " + property.getChild(0) + property);
        }
    }

    private static String property(Node dot) {
        return dot.toString().replaceAll("\\s", "");
    }

    private static boolean readable(Node node) {
        Node root = node;
        while (root.getCardinality() > 0) {
            root = root.getChild(0);
        }
        return root instanceof AstIdentifier identifier
                && (READABLE.contains(identifier.getName())
                        || node instanceof AstDot
                                && node.getChild(0) == root
                                && ExpressionWall.BUSINESS_KEY.equals(identifier.getName() + property(node)));
    }
}
