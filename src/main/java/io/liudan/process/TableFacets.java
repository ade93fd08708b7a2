package io.liudan.process;

import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.camunda.bpm.model.dmn.Dmn;
import org.camunda.bpm.model.dmn.instance.Decision;
import org.camunda.bpm.model.dmn.instance.DecisionTable;
import org.camunda.bpm.model.dmn.instance.Input;
import org.camunda.bpm.model.dmn.instance.Output;
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
        List<String> inputs = table.getInputs().stream().map(TableFacets::label).toList();
        List<String> outputs =
                table.getOutputs().stream().map(TableFacets::label).toList();
        List<Row> rows = new ArrayList<>();
        for (Rule rule : table.getRules()) {
            Map<String, String> cells = new LinkedHashMap<>();
            put(cells, inputs, rule.getInputEntries().stream().map(TableRules::text));
            String title =
                    cells.values().stream().filter(cell -> !cell.isBlank()).collect(Collectors.joining(" · "));
            put(cells, outputs, rule.getOutputEntries().stream().map(TableRules::text));
            rows.add(new Row(rule.getId(), rows.size() + 1, title, cells));
        }
        return new Table(
                decision.getId(),
                decision.getName(),
                table.getHitPolicy() + (table.getAggregation() == null ? "" : " " + table.getAggregation()) + ": "
                        + String.join(", ", inputs) + " → " + String.join(", ", outputs),
                rows);
    }

    private static String label(Input input) {
        return TableRules.label(input);
    }

    private static String label(Output output) {
        return TableRules.label(output);
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
