package io.liudan.integration;

import io.liudan.directory.CityDirectory;
import io.liudan.directory.OrgUnit;
import io.liudan.process.ConnectedDepartments;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationStartedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Looks after the files of connected departments and makes their routes anew when a file or a template changes. A file
 * that can't be used leaves what was there before as it is and says why; a department counts as connected as long as a
 * file of its name is there, whatever it says, so that nothing for it is passed over while the file is being mended.
 * Each department has a turn of its own: one whose call is still under way holds up no other's file.
 */
@Component
class DepartmentRoutes implements ConnectedDepartments {

    /** Begins the id of a route that carries a department's work orders. */
    static final String DELIVERY = "deliver-";
    /** Begins the id of a route that fetches a department's answers. */
    static final String INBOUND = "take-";

    private static final Logger LOG = LoggerFactory.getLogger(DepartmentRoutes.class);
    private static final Pattern FILE = Pattern.compile("([^.].*)\\.ya?ml");
    private static final String UNREADABLE = "\0";
    /** An editor that writes anew takes a file away for a moment. */
    private static final int LOOKS_BEFORE_GONE = 3;
    /** What couldn't be made because something outside wasn't there is tried again after so many looks. */
    private static final int LOOKS_BEFORE_AGAIN = 30;

    private final RouteMaker maker;
    private final Templates templates;
    private final DepartmentFileCheck check;
    private final CityDirectory city;
    private final Path folder;
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    /** The end of what was last begun for a department. */
    private final Map<String, CompletableFuture<Void>> turns = new HashMap<>();
    /** Text of each file as it was when it was last looked at. */
    private final Map<Path, String> seen = new TreeMap<>();

    private final Map<Path, Integer> missed = new HashMap<>();
    private final Map<Path, Loaded> files = new ConcurrentSkipListMap<>();
    private final Set<Path> present = ConcurrentHashMap.newKeySet();
    private int looks;
    private volatile boolean started;

    /**
     * @param text of the file when it was last looked at
     * @param file what is in use, {@code null} if nothing ever could be
     * @param routes ids
     * @param problem what is wrong with the newest text, {@code null} if nothing
     */
    record Loaded(String text, DepartmentFile file, List<String> routes, String problem) {

        /** One department with two files: what is in use, and what is wrong with the other. */
        private Loaded and(Loaded other) {
            Loaded used = routes.isEmpty() ? other : this;
            return new Loaded(used.text, used.file, used.routes, problem == null ? other.problem : problem);
        }
    }

    DepartmentRoutes(
            RouteMaker maker,
            Templates templates,
            DepartmentFileCheck check,
            CityDirectory city,
            IntegrationProperties properties) {
        this.maker = maker;
        this.templates = templates;
        this.check = check;
        this.city = city;
        this.folder = properties.departments();
        // Who is connected has to be known before the first request is taken.
        present.addAll(texts().keySet());
    }

    /** A file is named after its department. */
    private static String department(Path file) {
        Matcher name = FILE.matcher(file.getFileName().toString());
        return name.matches() ? name.group(1) : file.getFileName().toString();
    }

    /** Before the models are deployed, which may use the topics of these routes only. */
    @EventListener(ApplicationStartedEvent.class)
    @Order(Ordered.HIGHEST_PRECEDENCE)
    void start() {
        templates.load();
        look();
        turns.values().forEach(CompletableFuture::join);
        started = true;
    }

    @Scheduled(fixedDelayString = "${liudan.integration.reload:1s}")
    void reload() {
        if (started) {
            look();
        }
    }

    private synchronized void look() {
        looks++;
        if (started && templates.load()) {
            LOG.info("Route templates have changed: all departments' routes are made anew");
            seen.clear();
        }
        Map<Path, String> texts = texts();
        present.addAll(texts.keySet());
        texts.keySet().forEach(missed::remove);
        for (Path absent : new HashSet<>(present)) {
            if (!texts.containsKey(absent) && missed.merge(absent, 1, Integer::sum) >= LOOKS_BEFORE_GONE) {
                missed.remove(absent);
                seen.remove(absent);
                // From now on, whoever asks is told so; the routes take their time to stop.
                present.remove(absent);
                Loaded gone = files.remove(absent);
                LOG.info("{} is gone: its department works in the Tasklist only", absent.getFileName());
                if (gone != null) {
                    inTurn(department(absent), () -> maker.remove(gone.routes()));
                }
            }
        }
        texts.forEach((path, text) -> {
            Loaded loaded = files.get(path);
            boolean again = loaded != null
                    && loaded.file() != null
                    && loaded.routes().isEmpty()
                    && looks % LOOKS_BEFORE_AGAIN == 0;
            if (again || !text.equals(seen.put(path, text))) {
                inTurn(department(path), () -> use(path, text));
            }
        });
    }

    /** After what was begun for the department before, and beside what is done for others. */
    private void inTurn(String department, Runnable step) {
        turns.compute(
                department, (name, before) -> (before == null ? CompletableFuture.<Void>completedFuture(null) : before)
                        .thenRunAsync(step, executor)
                        .exceptionally(fault -> {
                            LOG.warn(
                                    "{} couldn't be connected: {}",
                                    name,
                                    fault.getClass().getName());
                            return null;
                        }));
    }

    private void use(Path path, String text) {
        if (present.contains(path)) {
            files.put(path, replace(path, files.get(path), read(path, text)));
            if (!present.contains(path)) {
                maker.remove(files.remove(path).routes());
            }
        }
    }

    @Override
    public boolean isConnected(String department) {
        return present.stream().anyMatch(path -> department(path).equals(department));
    }

    /** By department; empty until the hub has started. */
    Map<String, Loaded> loaded() {
        Map<String, Loaded> all = new LinkedHashMap<>();
        if (started) {
            files.forEach((path, loaded) -> all.merge(department(path), loaded, Loaded::and));
        }
        return all;
    }

    private Loaded replace(Path path, Loaded before, Loaded fresh) {
        if (fresh.file() == null) {
            return before == null ? fresh : new Loaded(fresh.text(), before.file(), before.routes(), fresh.problem());
        }
        if (before != null) {
            maker.remove(before.routes());
        }
        return with(path, fresh.file(), before == null ? null : before.file());
    }

    /** @param fallback what goes on working if the new one can't, may be {@code null} */
    private Loaded with(Path path, DepartmentFile file, DepartmentFile fallback) {
        try {
            List<String> routes = maker.make(file);
            LOG.info("{} connects {}", path.getFileName(), file.department());
            return new Loaded(file.text(), file, routes, null);
        } catch (RouteMaker.Unusable e) {
            String problem = path.getFileName() + ": " + e.getMessage();
            LOG.warn("{}", problem);
            Loaded before =
                    fallback == null ? new Loaded(file.text(), file, List.of(), problem) : with(path, fallback, null);
            return new Loaded(file.text(), before.file(), before.routes(), problem);
        }
    }

    private Loaded read(Path path, String text) {
        try {
            if (text.equals(UNREADABLE)) {
                throw DepartmentFile.wrong(null, "不是 UTF-8 编码，或无法读取", "is not in UTF-8, or can't be read");
            }
            if (present.stream()
                    .anyMatch(other -> !other.equals(path) && department(other).equals(department(path)))) {
                throw DepartmentFile.wrong(
                        null,
                        "同一部门有两个文件（.yaml 和 .yml），只能留一个",
                        "a department has one file, .yaml or .yml, and not both");
            }
            DepartmentFile file = checked(department(path), text);
            return new Loaded(text, file, List.of(), null);
        } catch (IllegalArgumentException e) {
            String problem = path.getFileName() + (e.getMessage().startsWith(":") ? "" : ": ") + e.getMessage();
            LOG.warn("{}", problem);
            return new Loaded(text, null, List.of(), problem);
        }
    }

    /**
     * A department's file, if it can be used.
     *
     * @param name of the file without its ending
     * @throws IllegalArgumentException with line and parameter, in Chinese and English
     */
    DepartmentFile checked(String name, String text) {
        DepartmentFile file = DepartmentFile.read(text);
        if (!file.department().equals(name)) {
            throw DepartmentFile.wrong(
                    null,
                    "文件名应为部门代码：" + file.department() + ".yaml",
                    "a file is named after its department: " + file.department() + ".yaml");
        }
        if (city.unit(file.department()).filter(OrgUnit::answers).isEmpty()) {
            throw DepartmentFile.wrong(
                    null,
                    "本市没有可以承办的部门 '" + file.department() + "'",
                    "no department '" + file.department() + "' answers for requests in this city");
        }
        check.of(file);
        return file;
    }

    private Map<Path, String> texts() {
        Map<Path, String> found = new TreeMap<>();
        if (Files.isDirectory(folder)) {
            try (Stream<Path> all = Files.list(folder)) {
                all.filter(file -> FILE.matcher(file.getFileName().toString()).matches())
                        .forEach(path -> found.put(path, text(path)));
            } catch (IOException | UncheckedIOException e) {
                LOG.warn("{} can't be listed: {}", folder, e.getClass().getName());
                found.putAll(seen);
            }
        }
        return found;
    }

    private static String text(Path path) {
        try {
            return Files.readString(path);
        } catch (IOException e) {
            return UNREADABLE;
        }
    }
}
