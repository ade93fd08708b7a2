package io.liudan.process.rules;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.camunda.bpm.dmn.feel.impl.FeelEngine;
import org.camunda.bpm.dmn.feel.impl.juel.el.FeelFunctionMapper;
import org.camunda.bpm.engine.variable.Variables;
import org.camunda.bpm.model.dmn.HitPolicy;
import org.camunda.bpm.model.dmn.instance.DecisionTable;
import org.camunda.bpm.model.dmn.instance.Input;

/**
 * Which questions the rows of a table answer. Each column is tried on the values at which one of its cells may change
 * its mind: its words and one more, its numbers and what lies between them, so that the answer holds for all values.
 * The cells are evaluated by the engine's own FEEL.
 */
final class TableCover {

    /** So many combinations of values, and so many cells tried on a value; beyond it nobody looks. */
    private static final int MOST_QUESTIONS = 200_000;

    private static final Pattern TEXT = Pattern.compile("\"([^\"]*)\"");
    private static final Pattern NUMBER = Pattern.compile("-?\\d+(?:\\.\\d+)?");
    private static final Pattern DATE = Pattern.compile("date and time\\(\"([^\"]*)\"\\)");
    /** Stands for all words that a column doesn't name; its end is no character, so no table names it. */
    private static final String OTHER = "其他\uFFFF";

    private final Date now = new Date();
    private final DecisionTable table;
    private final FeelEngine feel;
    private final List<Input> inputs;
    private final int rules;
    /** By row and column. */
    private final List<List<String>> cells;

    TableCover(DecisionTable table, FeelEngine feel) {
        this.table = table;
        this.feel = feel;
        this.inputs = List.copyOf(table.getInputs());
        this.rules = table.getRules().size();
        this.cells = table.getRules().stream()
                .map(rule -> rule.getInputEntries().stream()
                        .map(entry -> TableRules.text(entry.getText()))
                        .toList())
                .toList();
    }

    /** The texts in quotes of a cell. */
    static List<String> texts(String cell) {
        return TEXT.matcher(cell).results().map(found -> found.group(1)).toList();
    }

    /** The points of time of a cell, as they are written. */
    static List<String> days(String cell) {
        return DATE.matcher(cell).results().map(found -> found.group(1)).toList();
    }

    /**
     * @param answered the input whose every word has to have a row from today on, whatever the others are
     * @param outputs what each row says
     */
    List<String> faults(String name, Optional<String> answered, List<Map<String, Object>> outputs) {
        List<List<Object>> values =
                IntStream.range(0, inputs.size()).mapToObj(this::values).toList();
        if (!analysed(values)) {
            return List.of();
        }
        List<List<BitSet>> fits = IntStream.range(0, inputs.size())
                .mapToObj(column -> fits(column, values.get(column)))
                .toList();
        int complete = answered.map(
                        input -> inputs.stream().map(TableRules::asked).toList().indexOf(input))
                .orElse(-1);
        return new Walk(name, complete, outputs, values, fits).faults();
    }

    /** Whether rows are compared: all inputs are words, numbers, dates or yes and no, and not too many. */
    boolean analysed() {
        return analysed(IntStream.range(0, inputs.size()).mapToObj(this::values).toList());
    }

    private boolean analysed(List<List<Object>> values) {
        long questions = values.stream().mapToLong(List::size).reduce(1, (a, b) -> Math.min(a * b, MOST_QUESTIONS + 1));
        long tries = values.stream()
                .mapToLong(column -> (long) column.size() * rules)
                .sum();
        return values.stream().noneMatch(List::isEmpty) && Math.max(questions, tries) <= MOST_QUESTIONS;
    }

    private String cell(int row, int column) {
        return cells.get(row).get(column);
    }

    /** Empty where the column isn't analysed. */
    private List<Object> values(int column) {
        List<String> cells =
                IntStream.range(0, rules).mapToObj(row -> cell(row, column)).toList();
        String type = inputs.get(column).getInputExpression().getTypeRef();
        return switch (type == null ? "" : type) {
            case "boolean" -> List.of(true, false);
            case "string" ->
                Stream.concat(
                                cells.stream()
                                        .flatMap(cell -> texts(cell).stream())
                                        .distinct(),
                                Stream.of(OTHER))
                        .collect(Collectors.toList());
            case "integer", "long" -> between(numbers(cells), true);
            case "double" -> between(numbers(cells), false);
            case "date" -> dates(cells);
            default -> List.of();
        };
    }

    private static TreeSet<Double> numbers(List<String> cells) {
        TreeSet<Double> numbers = new TreeSet<>();
        cells.forEach(cell -> {
            Matcher found = NUMBER.matcher(cell);
            while (found.find()) {
                numbers.add(Double.valueOf(found.group()));
            }
        });
        return numbers;
    }

    private static List<Object> between(TreeSet<Double> numbers, boolean whole) {
        TreeSet<Double> all = new TreeSet<>(numbers);
        all.add(numbers.isEmpty() ? 0 : numbers.first() - 1);
        all.add(numbers.isEmpty() ? 0 : numbers.last() + 1);
        for (Double number : numbers) {
            Double next = numbers.higher(number);
            if (next != null) {
                double middle = whole ? Math.floor((number + next) / 2) : (number + next) / 2;
                all.add(middle);
            }
        }
        return all.stream()
                .map(number -> whole ? (Object) Math.round(number) : number)
                .distinct()
                .collect(Collectors.toList());
    }

    private List<Object> dates(List<String> cells) {
        TreeSet<Date> days = new TreeSet<>();
        cells.forEach(cell -> days(cell).forEach(day -> days.add(FeelFunctionMapper.parseDateAndTime(day))));
        TreeSet<Date> all = new TreeSet<>(days);
        days.forEach(day -> {
            all.add(new Date(day.getTime() - 1));
            all.add(new Date(day.getTime() + 1));
        });
        all.add(now);
        return List.copyOf(all);
    }

    /** For each value the rows whose cell takes it. */
    private List<BitSet> fits(int column, List<Object> values) {
        String variable = TableRules.variable(inputs.get(column));
        List<BitSet> fits = new ArrayList<>();
        for (Object value : values) {
            BitSet rows = new BitSet();
            for (int row = 0; row < rules; row++) {
                String cell = cell(row, column);
                rows.set(
                        row,
                        cell.isEmpty()
                                || cell.equals("-")
                                || feel.evaluateSimpleUnaryTests(
                                        cell,
                                        variable,
                                        Variables.putValue(variable, value).asVariableContext()));
            }
            fits.add(rows);
        }
        return fits;
    }

    /** From question to question. */
    private final class Walk {

        private final String name;
        /** The column whose words all have a row, or -1. */
        private final int complete;

        private final List<Map<String, Object>> outputs;
        private final List<List<Object>> values;
        private final List<List<BitSet>> fits;
        private final BitSet reached = new BitSet();
        private final List<String> faults = new ArrayList<>();
        private final BitSet told = new BitSet();
        private boolean gap;

        Walk(
                String name,
                int complete,
                List<Map<String, Object>> outputs,
                List<List<Object>> values,
                List<List<BitSet>> fits) {
            this.name = name;
            this.complete = complete;
            this.outputs = outputs;
            this.values = values;
            this.fits = fits;
        }

        List<String> faults() {
            BitSet all = new BitSet();
            all.set(0, rules);
            ask(new int[inputs.size()], 0, all);
            if (table.getHitPolicy() == HitPolicy.FIRST) {
                for (int row = reached.nextClearBit(0); row < rules; row = reached.nextClearBit(row + 1)) {
                    faults.add(name + " 第 " + (row + 1) + " 行 row " + (row + 1)
                            + ": 永远轮不到，前面的行已经包括了它 is never reached: the rows before take all that it would");
                }
            }
            return faults;
        }

        private void ask(int[] question, int column, BitSet rows) {
            if (column == question.length) {
                answered(question, rows);
                return;
            }
            for (int value = 0; value < values.get(column).size(); value++) {
                question[column] = value;
                BitSet left = (BitSet) rows.clone();
                left.and(fits.get(column).get(value));
                ask(question, column + 1, left);
            }
        }

        private void answered(int[] question, BitSet rows) {
            int first = rows.nextSetBit(0);
            if (first < 0) {
                if (complete >= 0
                        && !gap
                        && !OTHER.equals(values.get(complete).get(question[complete]))
                        && isToCome(question)) {
                    gap = true;
                    faults.add(name + ": 没有一行适用于 no row applies to " + words(question));
                }
                return;
            }
            reached.set(first);
            for (int row = rows.nextSetBit(first + 1); row >= 0; row = rows.nextSetBit(row + 1)) {
                if (!told.get(row) && clash(first, row)) {
                    told.set(row);
                    faults.add(name + " 第 " + (first + 1) + " 行和第 " + (row + 1) + " 行 rows " + (first + 1) + " and "
                            + (row + 1) + ": 同时适用于 both apply to " + words(question)
                            + (table.getHitPolicy() == HitPolicy.UNIQUE
                                    ? "（命中策略 hit policy UNIQUE）"
                                    : "，结果不同 and say different things（ANY）"));
                }
            }
        }

        private boolean clash(int one, int other) {
            return table.getHitPolicy() == HitPolicy.UNIQUE
                    || table.getHitPolicy() == HitPolicy.ANY && !Objects.equals(outputs.get(one), outputs.get(other));
        }

        private boolean isToCome(int[] question) {
            return IntStream.range(0, question.length)
                    .noneMatch(
                            column -> values.get(column).get(question[column]) instanceof Date day && day.before(now));
        }

        private String words(int[] question) {
            return IntStream.range(0, question.length)
                    .mapToObj(column -> TableRules.label(inputs.get(column)) + " = "
                            + values.get(column)
                                    .get(question[column])
                                    .toString()
                                    .replace(OTHER, "其他 any other"))
                    .collect(Collectors.joining(", "));
        }
    }
}
