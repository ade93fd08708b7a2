package io.liudan.process.packages;

import io.liudan.process.rules.TableRules;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.camunda.bpm.model.dmn.Dmn;
import org.camunda.bpm.model.dmn.instance.Decision;
import org.camunda.bpm.model.dmn.instance.DecisionTable;
import org.camunda.bpm.model.dmn.instance.Rule;

/** What a DMN file says: its tables, and the cells of their rows by the column's label. */
final class TableFacets {

    private TableFacets() {}

    /**
     * One decision table.
     *
     * @param head hit policy and columns
     * @param rows in the table's order
     */
    record Table(String id, String name, String head, List<Row> rows) {}

    /**
     * @param number from 1
     * @param title what it is looked up by, as far as it says
     * @param cells by the column's label
     */
    record Row(String id, int number, String title, Map<String, String> cells) {}

    /** By the decisions' ids; a decision without a table has no rows. */
    static Map<String, Table> of(byte[] dmn) {
        Map<String, Table> tables = new TreeMap<>();
        Dmn.readModelFromStream(new ByteArrayInputStream(dmn))
                .getModelElementsByType(Decision.class)
                .forEach(decision -> tables.put(
                        decision.getId(),
                        decision.getExpression() instanceof DecisionTable table
                                ? of(decision, table)
                                : new Table(
                                        decision.getId(),
                                        decision.getName(),
                                        decision.getRawTextContent().strip(),
                                        List.of())));
        return tables;
    }

    private static Table of(Decision decision, DecisionTable table) {
        List<String> inputs = names(table.getInputs().stream()
                .map(input -> Map.entry(TableRules.label(input), TableRules.asked(input)))
                .toList());
        List<String> outputs = names(table.getOutputs().stream()
                .map(output -> Map.entry(TableRules.label(output), String.valueOf(output.getName())))
                .toList());
        List<Row> rows = new ArrayList<>();
        for (Rule rule : table.getRules()) {
            Map<String, String> cells = new LinkedHashMap<>();
            put(cells, inputs, rule.getInputEntries().stream().map(TableRules::text));
            String title =
                    cells.values().stream().filter(cell -> !cell.isBlank()).collect(Collectors.joining(" · "));
            put(
                    cells,
                    outputs.stream()
                            .map(column -> inputs.contains(column) ? "→ " + column : column)
                            .toList(),
                    rule.getOutputEntries().stream().map(TableRules::text));
            rows.add(new Row(rule.getId(), rows.size() + 1, title, cells));
        }
        return new Table(
                decision.getId(),
                decision.getName(),
                table.getHitPolicy() + (table.getAggregation() == null ? "" : " " + table.getAggregation()) + ": "
                        + table.getInputs().stream()
                                .map(input -> TableRules.label(input) + " = " + TableRules.asked(input) + " "
                                        + input.getInputExpression().getTypeRef())
                                .collect(Collectors.joining(", "))
                        + " → "
                        + table.getOutputs().stream()
                                .map(output ->
                                        TableRules.label(output) + " = " + output.getName() + " " + output.getTypeRef())
                                .collect(Collectors.joining(", ")),
                rows);
    }

    /** Labels; where two columns share one, with what else they are called. */
    private static List<String> names(List<Map.Entry<String, String>> columns) {
        List<String> labels = columns.stream().map(Map.Entry::getKey).toList();
        return columns.stream()
                .map(column -> Collections.frequency(labels, column.getKey()) > 1
                        ? column.getKey() + " (" + column.getValue() + ")"
                        : column.getKey())
                .toList();
    }

    private static void put(Map<String, String> cells, List<String> columns, Stream<String> texts) {
        List<String> all = texts.toList();
        for (int n = 0; n < all.size(); n++) {
            cells.put(
                    n < columns.size() ? columns.get(n) : String.valueOf(n + 1),
                    all.get(n) == null ? "" : all.get(n).strip());
        }
    }
}
