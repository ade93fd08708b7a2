package io.liudan.process.rules;

import java.io.ByteArrayInputStream;
import java.time.LocalDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.camunda.bpm.dmn.engine.impl.DefaultDmnEngineConfiguration;
import org.camunda.bpm.dmn.engine.impl.spi.type.DmnDataTypeTransformerRegistry;
import org.camunda.bpm.dmn.feel.impl.FeelEngine;
import org.camunda.bpm.dmn.feel.impl.juel.el.ElContextFactory;
import org.camunda.bpm.dmn.feel.impl.juel.transform.FeelToJuelTransformImpl;
import org.camunda.bpm.engine.variable.Variables;
import org.camunda.bpm.engine.variable.context.VariableContext;
import org.camunda.bpm.impl.juel.AstIdentifier;
import org.camunda.bpm.impl.juel.Builder;
import org.camunda.bpm.impl.juel.ExpressionFactoryImpl;
import org.camunda.bpm.impl.juel.Node;
import org.camunda.bpm.impl.juel.jakarta.el.ELContext;
import org.camunda.bpm.impl.juel.jakarta.el.ExpressionFactory;
import org.camunda.bpm.model.dmn.Dmn;
import org.camunda.bpm.model.dmn.DmnModelInstance;
import org.camunda.bpm.model.dmn.HitPolicy;
import org.camunda.bpm.model.dmn.instance.Decision;
import org.camunda.bpm.model.dmn.instance.DecisionTable;
import org.camunda.bpm.model.dmn.instance.Input;
import org.camunda.bpm.model.dmn.instance.Output;
import org.camunda.bpm.model.dmn.instance.Rule;
import org.camunda.bpm.model.xml.instance.ModelElementInstance;
import org.springframework.stereotype.Component;

/**
 * The rules that a decision table keeps, cell by cell, read by the parser that evaluates it later
 * (docs/decisions/0007-feel.md): a cell that can't be evaluated fails every evaluation of its table, also of rows that
 * would never apply.
 */
@Component
public class TableRules {

    /** By what a cell calls the value of its column where the table doesn't say. */
    static final String CELL_INPUT = "cellInput";

    /** What the cells of a column are tried on, by its type; on any of them where it has none. */
    private static final Map<String, Object> SAMPLES =
            Map.of("string", "样", "integer", 1, "long", 1L, "double", 1.0, "boolean", true, "date", new Date());

    private static final Set<HitPolicy> KNOWN =
            Set.of(HitPolicy.UNIQUE, HitPolicy.FIRST, HitPolicy.ANY, HitPolicy.RULE_ORDER, HitPolicy.COLLECT);
    private static final Set<HitPolicy> ONE = Set.of(HitPolicy.UNIQUE, HitPolicy.FIRST, HitPolicy.ANY);
    /** The older FEEL reads conditions alone; what is asked for and what a row says is in the engine's own language. */
    private static final String ASKS = "feel";

    private static final String SAYS = "juel";
    private static final String CHINESE_MARKS = "“”‘’，";

    private final HubTables own;
    private final FeelEngine feel = new ExpressionWall.Feel().createInstance();
    /** With the older FEEL the engine reads what a row says as an expression of its own. */
    private final ExpressionFactory expressions = new ExpressionFactoryImpl();

    private final ElContextFactory contexts = new ExpressionWall.Feel().createElContextFactory();

    private final FeelToJuelTransformImpl transform = new FeelToJuelTransformImpl();
    private final Builder parser = new Builder();
    private final DmnDataTypeTransformerRegistry types =
            new DefaultDmnEngineConfiguration().getTransformer().getDataTypeTransformerRegistry();

    TableRules(HubTables own) {
        this.own = own;
    }

    /** A place in a table, as its editor shows it. */
    private record Place(String table, int row, String column) {

        @Override
        public String toString() {
            return table + " 第 " + row + " 行「" + column + "」 row " + row + ", column " + column + ": ";
        }
    }

    /**
     * @param dmn the file's bytes
     * @return the faults, each with the table, the row and the column; empty when all tables keep the rules
     */
    public List<String> faults(byte[] dmn) {
        DmnModelInstance model;
        try {
            model = Dmn.readModelFromStream(new ByteArrayInputStream(dmn));
        } catch (RuntimeException e) {
            return List.of("文件 file: 不是有效的 DMN is not valid DMN");
        }
        List<String> faults = new ArrayList<>();
        model.getModelElementsByType(Decision.class).forEach(decision -> faults.addAll(faults(decision)));
        return faults;
    }

    /** What nobody looked at in a file without faults: tables whose rows aren't compared. */
    public List<String> notes(byte[] dmn) {
        return Dmn.readModelFromStream(new ByteArrayInputStream(dmn)).getModelElementsByType(Decision.class).stream()
                .filter(decision -> decision.getExpression() instanceof DecisionTable grid
                        && !new TableCover(grid, feel).analysed())
                .map(decision -> name(decision.getName(), decision.getId())
                        + ": 没有检查各行之间有无重叠、空缺 not analysed for overlaps and gaps: only columns of words, numbers, dates and yes or no are, "
                        + "up to 200,000 combinations")
                .toList();
    }

    private List<String> faults(Decision decision) {
        String table = name(decision.getName(), decision.getId());
        if (!(decision.getExpression() instanceof DecisionTable grid)) {
            return List.of(table + ": 只能用决策表 only decision tables can be used here");
        }
        for (Input input : grid.getInputs()) {
            if (input.getInputExpression() == null) {
                return List.of(table + ": 有一列没有输入表达式 an input column has no expression: " + input.getId());
            }
        }
        List<String> faults = new ArrayList<>();
        if (decision.getCamundaHistoryTimeToLiveString() == null
                || decision.getCamundaHistoryTimeToLiveString().isBlank()) {
            faults.add(table + ": " + ModelRules.KEPT_FOR);
        }
        head(decision.getId(), table, grid, faults);
        List<Map<String, Object>> outputs = new ArrayList<>();
        int row = 0;
        for (Rule rule : grid.getRules()) {
            row++;
            if (rule.getInputEntries().size() != grid.getInputs().size()
                    || rule.getOutputEntries().size() != grid.getOutputs().size()) {
                faults.add(table + " 第 " + row + " 行 row " + row + ": 单元格的个数与列数不一致 has not one cell for each column");
                continue;
            }
            outputs.add(row(decision.getId(), table, grid, rule, row, faults));
        }
        if (faults.isEmpty()) {
            faults.addAll(new TableCover(grid, feel).faults(table, own.answered(decision.getId()), outputs));
        }
        return faults;
    }

    private void head(String key, String table, DecisionTable grid, List<String> faults) {
        if (grid.getRules().isEmpty()) {
            faults.add(table + ": 一行也没有 has no row");
        }
        if (grid.getOutputs().isEmpty()) {
            faults.add(table + ": 没有输出列 has no output column");
        }
        if (!KNOWN.contains(grid.getHitPolicy())) {
            faults.add(table + ": 命中策略不支持 hit policy is not supported: " + grid.getHitPolicy());
        } else if (own.is(key) && !ONE.contains(grid.getHitPolicy())) {
            faults.add(table + ": 这张表只取一行，命中策略只能是 UNIQUE、FIRST 或 ANY exactly one row of this table counts, so its "
                    + "hit policy is one of these, not " + grid.getHitPolicy());
        }
        for (Input input : grid.getInputs()) {
            String column = table + "「" + label(input) + "」 column " + label(input) + ": ";
            type(column, input.getInputExpression().getTypeRef(), faults);
            language(column, input.getInputExpression().getExpressionLanguage(), SAYS, faults);
            String asked = asked(input);
            if (!asked.matches("[\\p{L}_][\\p{L}\\p{N}_]*")) {
                faults.add(column + "输入表达式应是一个变量名 the input expression is not the name of a variable: '" + asked + "'");
            } else if (own.is(key) && !own.inputs(key).contains(asked)) {
                faults.add(column + "这张表得不到这个变量 this table isn't given the variable '" + asked + "', but: "
                        + String.join(", ", own.inputs(key)));
            }
        }
        for (Output output : grid.getOutputs()) {
            String column = table + "「" + label(output) + "」 column " + label(output) + ": ";
            type(column, output.getTypeRef(), faults);
            if (output.getName() == null || output.getName().isBlank()) {
                faults.add(column + "输出列没有名称 the output has no name");
            }
        }
        own.outputs(key).stream()
                .filter(wanted -> grid.getOutputs().stream().noneMatch(output -> wanted.equals(output.getName())))
                .forEach(wanted -> faults.add(table + ": 缺少输出列 there is no output column '" + wanted + "'"));
    }

    private static void type(String column, String type, List<String> faults) {
        if (type != null && !SAMPLES.containsKey(type)) {
            faults.add(column + "不认识的类型 unknown type '" + type + "'; there are: "
                    + String.join(", ", SAMPLES.keySet().stream().sorted().toList()));
        }
    }

    private static void language(String column, String language, String only, List<String> faults) {
        if (language != null && !language.toLowerCase(Locale.ROOT).contains(only)) {
            faults.add(column + "这里不能用这种表达式语言 this expression language can't be used here: '" + language + "'");
        }
    }

    /** @return what the row says, as far as it can be read */
    private Map<String, Object> row(
            String key, String table, DecisionTable grid, Rule rule, int row, List<String> faults) {
        Iterator<Input> inputs = grid.getInputs().iterator();
        for (var entry : rule.getInputEntries()) {
            Input input = inputs.next();
            Place place = new Place(table, row, label(input));
            language(place.toString(), entry.getExpressionLanguage(), ASKS, faults);
            String cell = text(entry.getText());
            cell(cell, input)
                    .or(() -> own.unknownWord(key, asked(input), TableCover.texts(cell)))
                    .ifPresent(fault -> faults.add(place + fault));
        }
        Map<String, Object> says = new LinkedHashMap<>();
        Map<String, Place> places = new HashMap<>();
        Iterator<Output> outputs = grid.getOutputs().iterator();
        for (var entry : rule.getOutputEntries()) {
            Output output = outputs.next();
            Place place = new Place(table, row, label(output));
            places.put(output.getName(), place);
            language(place.toString(), entry.getExpressionLanguage(), SAYS, faults);
            int before = faults.size();
            Object value = value(place, text(entry.getText()), output, faults);
            if (faults.size() == before) {
                says.put(output.getName(), value);
            }
        }
        own.faults(key, says).forEach((name, fault) -> faults.add(places.get(name) + fault));
        return says;
    }

    private Optional<String> cell(String cell, Input input) {
        if (cell.isEmpty() || cell.equals("-")) {
            return Optional.empty();
        }
        String name = variable(input);
        Optional<String> unreadable = unreadable(cell, name, () -> transform.transformSimpleUnaryTests(cell, name));
        if (unreadable.isPresent()) {
            return unreadable;
        }
        // The engine would take the thirteenth month for January.
        Optional<String> noDay =
                TableCover.days(cell).stream().filter(day -> !isDay(day)).findFirst();
        if (noDay.isPresent()) {
            return noDay.map(day -> "没有这个日期 there is no such time: " + day + "，例如 for example 2026-12-31T00:00:00");
        }
        String type = input.getInputExpression().getTypeRef();
        List<Object> samples = SAMPLES.containsKey(type == null ? "" : type)
                ? List.of(SAMPLES.get(type))
                : List.copyOf(SAMPLES.values());
        String fault = null;
        for (Object sample : samples) {
            try {
                feel.evaluateSimpleUnaryTests(cell, name, context(name, sample));
                return Optional.empty();
            } catch (RuntimeException e) {
                fault = reason(cell, type);
            }
        }
        return Optional.ofNullable(fault);
    }

    private static boolean isDay(String day) {
        try {
            LocalDateTime.parse(day);
            return true;
        } catch (DateTimeParseException e) {
            return false;
        }
    }

    private Object value(Place place, String cell, Output output, List<String> faults) {
        if (cell.isEmpty() || cell.equals("-")) {
            return null;
        }
        try {
            Optional<String> unreadable = unreadable(cell, null, () -> "${" + cell + "}");
            if (unreadable.isPresent()) {
                faults.add(place + unreadable.get());
                return null;
            }
            Object value = said(cell);
            return value == null || output.getTypeRef() == null
                    ? value
                    : types.getTransformer(output.getTypeRef()).transform(value).getValue();
        } catch (RuntimeException e) {
            faults.add(place + reason(cell, output.getTypeRef()));
            return null;
        }
    }

    private Optional<String> unreadable(String cell, String variable, Supplier<String> expression) {
        if (cell.replaceAll("\"[^\"]*\"", "").chars().anyMatch(sign -> CHINESE_MARKS.indexOf(sign) >= 0)) {
            return Optional.of("引号和逗号要用英文的 quotation marks and commas have to be the plain ones: " + cell);
        }
        if (cell.contains("${") || cell.contains("#{")) {
            return Optional.of("单元格里不能写 ${…} a cell holds no ${…}: " + cell);
        }
        try {
            return words(parser.build(expression.get()).getRoot(), variable)
                    .map(word -> "文字要加引号 words stand in quotation marks: \"" + word + "\"");
        } catch (RuntimeException e) {
            return Optional.of("写法读不懂，是否少了引号或括号？ can't be read; is a quotation mark or a bracket missing? " + cell);
        }
    }

    /** Behind the wall, as the engine reads it. */
    private Object said(String cell) {
        ELContext context = contexts.createContext(expressions, Variables.emptyVariableContext());
        return expressions
                .createValueExpression(context, "${" + cell + "}", Object.class)
                .getValue(context);
    }

    /** The first name in an expression but the column's own; nobody gives a cell another. */
    private static Optional<String> words(Node node, String variable) {
        if (node instanceof AstIdentifier name && !name.getName().equals(variable)) {
            return Optional.of(name.getName());
        }
        return IntStream.range(0, node.getCardinality())
                .mapToObj(child -> words(node.getChild(child), variable))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static String reason(String cell, String type) {
        return "与本列的类型不符 doesn't fit the type of the column (" + type + "): " + cell;
    }

    private static VariableContext context(String name, Object value) {
        return Variables.putValue(name, value).asVariableContext();
    }

    static String variable(Input input) {
        return input.getCamundaInputVariable() == null ? CELL_INPUT : input.getCamundaInputVariable();
    }

    public static String text(ModelElementInstance text) {
        return text == null ? "" : text.getTextContent().strip();
    }

    private static String name(String name, String id) {
        return name == null || name.isBlank() ? id : name + " (" + id + ")";
    }

    /** The variable that the column looks at. */
    public static String asked(Input input) {
        return text(input.getInputExpression().getText());
    }

    public static String label(Input input) {
        return input.getLabel() != null && !input.getLabel().isBlank() ? input.getLabel() : asked(input);
    }

    public static String label(Output output) {
        return output.getLabel() != null && !output.getLabel().isBlank() ? output.getLabel() : output.getName();
    }
}
