package io.liudan.process.packages;

import io.liudan.matter.Manifests;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What differs between two versions of a package's files, as people speak of it: elements, and rows of tables. */
final class PackageChanges {

    private static final String ROW = "row";
    private static final String LINE = "line";

    private final String file;
    private final List<Change> changes = new ArrayList<>();

    private PackageChanges(String file) {
        this.file = file;
    }

    /** What became of something. */
    enum Kind {
        ADDED,
        REMOVED,
        CHANGED,
        /** A row stands elsewhere among the others. */
        MOVED,
        /** Where it is drawn, and nothing that it says. */
        DRAWN
    }

    /**
     * One difference.
     *
     * @param file in which it is
     * @param type {@code file}, {@code table}, {@code row}, {@code line} of a manifest, or the element's local name in
     *     BPMN
     * @param id of the element or the table, {@code null} for a file
     * @param name as the model calls it; number and first cells of a row
     * @param what differs of something that is in both, else {@code null}
     * @param before as it was, {@code null} for nothing; {@code after} as it is
     */
    record Change(
            Kind kind, String file, String type, String id, String name, String what, String before, String after) {}

    /** In the order of the files' names. */
    static List<Change> between(Map<String, byte[]> before, Map<String, byte[]> after) {
        List<Change> all = new ArrayList<>();
        Set<String> names = new TreeSet<>(before.keySet());
        names.addAll(after.keySet());
        for (String name : names) {
            PackageChanges file = new PackageChanges(name);
            file.compare(before.get(name), after.get(name));
            all.addAll(file.changes);
        }
        return all;
    }

    private void compare(byte[] before, byte[] after) {
        if (before == null || after == null) {
            add(before == null ? Kind.ADDED : Kind.REMOVED, "file", null, file);
            return;
        }
        if (Arrays.equals(before, after)) {
            return;
        }
        if (ModelGuard.is(file, ModelGuard.MODELS)) {
            elements(ModelFacets.of(before), ModelFacets.of(after));
        } else if (ModelGuard.is(file, ModelGuard.TABLES)) {
            tables(TableFacets.of(before), TableFacets.of(after));
        } else if (file.equals(Manifests.FILE)) {
            words(Manifests.lines(text(before)), Manifests.lines(text(after)));
        } else {
            add(Kind.CHANGED, "file", null, file);
        }
        if (changes.isEmpty()) {
            add(Kind.DRAWN, "file", null, file);
        }
    }

    private void elements(Map<String, ModelFacets.Element> before, Map<String, ModelFacets.Element> after) {
        both(before, after).forEach(id -> {
            ModelFacets.Element was = before.get(id);
            ModelFacets.Element is = after.get(id);
            ModelFacets.Element any = is == null ? was : is;
            if (was == null || is == null) {
                add(was == null ? Kind.ADDED : Kind.REMOVED, any.type(), id, any.name());
                return;
            }
            both(was.says(), is.says()).stream()
                    .filter(what ->
                            !Objects.equals(was.says().get(what), is.says().get(what)))
                    .filter(what -> !what.equals(ModelFacets.WAYS) || sameWays(was, is))
                    .forEach(what -> changed(
                            any.type(),
                            id,
                            is.name(),
                            what,
                            readable(what, was.says().get(what), before),
                            readable(what, is.says().get(what), after)));
            changed(any.type(), id, is.name(), "type", was.type(), is.type());
        });
    }

    /** Ways that came or went are told as such. */
    private static boolean sameWays(ModelFacets.Element was, ModelFacets.Element is) {
        return ways(was).equals(ways(is));
    }

    private static Set<String> ways(ModelFacets.Element gateway) {
        return Set.of(gateway.says().getOrDefault(ModelFacets.WAYS, "").split(", "));
    }

    /** Ends of arrows by the names of what they lead from and to. */
    private static String readable(String what, String value, Map<String, ModelFacets.Element> elements) {
        ModelFacets.Element named = what.endsWith("Ref") && value != null ? elements.get(value) : null;
        return named == null || named.name().isEmpty() ? value : named.name() + " (" + value + ")";
    }

    /** Of a manifest, line by line. */
    private void words(Map<String, String> before, Map<String, String> after) {
        both(before, after).forEach(line -> {
            if (!before.containsKey(line)) {
                changes.add(new Change(Kind.ADDED, file, LINE, null, line, null, null, after.get(line)));
            } else if (!after.containsKey(line)) {
                changes.add(new Change(Kind.REMOVED, file, LINE, null, line, null, before.get(line), null));
            } else {
                changed(LINE, null, line, "words", before.get(line), after.get(line));
            }
        });
    }

    private static String text(byte[] content) {
        return new String(content, StandardCharsets.UTF_8);
    }

    private void tables(Map<String, TableFacets.Table> before, Map<String, TableFacets.Table> after) {
        both(before, after).forEach(id -> {
            TableFacets.Table was = before.get(id);
            TableFacets.Table is = after.get(id);
            TableFacets.Table any = is == null ? was : is;
            if (was == null || is == null) {
                add(was == null ? Kind.ADDED : Kind.REMOVED, "table", id, any.name());
                return;
            }
            changed("table", id, is.name(), "name", was.name(), is.name());
            changed("table", id, is.name(), "columns", was.head(), is.head());
            rows(was, is);
        });
    }

    private void rows(TableFacets.Table was, TableFacets.Table is) {
        Map<String, TableFacets.Row> before = byId(was);
        Map<String, TableFacets.Row> after = byId(is);
        both(before, after).forEach(id -> {
            TableFacets.Row old = before.get(id);
            TableFacets.Row now = after.get(id);
            if (old == null) {
                changes.add(new Change(Kind.ADDED, file, ROW, is.id(), name(now), null, null, cells(now)));
            } else if (now == null) {
                changes.add(new Change(Kind.REMOVED, file, ROW, is.id(), name(old), null, cells(old), null));
            } else {
                both(old.cells(), now.cells())
                        .forEach(column -> changed(
                                ROW,
                                is.id(),
                                name(now),
                                column,
                                old.cells().get(column),
                                now.cells().get(column)));
            }
        });
        moved(before, after, is.id());
    }

    /** Rows that both have, in another order: the fewest that were moved to get there. */
    private void moved(Map<String, TableFacets.Row> before, Map<String, TableFacets.Row> after, String table) {
        List<String> kept = after.keySet().stream().filter(before::containsKey).toList();
        List<Integer> old = kept.stream().map(id -> before.get(id).number()).toList();
        Set<Integer> stayed = longestRise(old);
        for (int n = 0; n < kept.size(); n++) {
            if (!stayed.contains(old.get(n))) {
                TableFacets.Row row = after.get(kept.get(n));
                changes.add(new Change(
                        Kind.MOVED,
                        file,
                        ROW,
                        table,
                        name(row),
                        null,
                        String.valueOf(old.get(n)),
                        String.valueOf(row.number())));
            }
        }
    }

    private static Set<Integer> longestRise(List<Integer> numbers) {
        int[] length = new int[numbers.size()];
        int[] from = new int[numbers.size()];
        int end = -1;
        for (int n = 0; n < length.length; n++) {
            length[n] = 1;
            from[n] = -1;
            for (int before = 0; before < n; before++) {
                if (numbers.get(before) < numbers.get(n) && length[before] >= length[n]) {
                    length[n] = length[before] + 1;
                    from[n] = before;
                }
            }
            end = end < 0 || length[n] > length[end] ? n : end;
        }
        Set<Integer> rise = new HashSet<>();
        for (int n = end; n >= 0; n = from[n]) {
            rise.add(numbers.get(n));
        }
        return rise;
    }

    /** By their ids, which the Modeler keeps; where there are none, by what they say. */
    private static Map<String, TableFacets.Row> byId(TableFacets.Table table) {
        return table.rows().stream()
                .collect(Collectors.toMap(
                        row -> row.id() == null ? row.cells().toString() : row.id(),
                        Function.identity(),
                        (one, other) -> one,
                        LinkedHashMap::new));
    }

    private static String name(TableFacets.Row row) {
        return row.number() + (row.title().isEmpty() ? "" : ": " + row.title());
    }

    private static String cells(TableFacets.Row row) {
        return row.cells().entrySet().stream()
                .filter(cell -> !cell.getValue().isEmpty())
                .map(cell -> cell.getKey() + " " + cell.getValue())
                .collect(Collectors.joining(", "));
    }

    private void changed(String type, String id, String name, String what, String before, String after) {
        if (!Objects.equals(before, after)) {
            changes.add(new Change(Kind.CHANGED, file, type, id, name, what, before, after));
        }
    }

    private void add(Kind kind, String type, String id, String name) {
        changes.add(new Change(kind, file, type, id, name, null, null, null));
    }

    private static <T> Set<String> both(Map<String, T> before, Map<String, T> after) {
        Set<String> all = new LinkedHashSet<>(before.keySet());
        all.addAll(after.keySet());
        return all;
    }
}
