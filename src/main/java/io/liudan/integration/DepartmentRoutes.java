package io.liudan.integration;

import io.liudan.directory.CityDirectory;
import io.liudan.directory.OrgUnit;
import io.liudan.process.ConnectedDepartments;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Resource;
import org.apache.camel.spi.RoutesLoader;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationStartedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Makes the routes of connected departments from their files, and makes them anew when a file changes. A file that
 * can't be used leaves what was there before as it is and says why; a department counts as connected as long as a file
 * of its name is there, whatever it says, so that nothing for it is passed over while the file is being mended.
 */
@Component
class DepartmentRoutes implements ConnectedDepartments {

    /** Begins the id of a route that carries a department's work orders. */
    static final String DELIVERY = "deliver-";
    /** Begins the id of a route that fetches a department's answers. */
    static final String INBOUND = "take-";
    /** Header with the id of the change that is carried. */
    static final String CHANGE = "LiudanChange";

    private static final Logger LOG = LoggerFactory.getLogger(DepartmentRoutes.class);
    private static final String DELIVERY_TEMPLATE = "delivery";
    private static final String ENDING = ".yaml";
    private static final String UNREADABLE = "\0";
    /** An editor that writes anew takes a file away for a moment. */
    private static final int LOOKS_BEFORE_GONE = 3;
    /** What couldn't be made because something outside wasn't there is tried again after so many looks. */
    private static final int LOOKS_BEFORE_AGAIN = 30;

    private static final Set<String> OF_DELIVERY = Set.of("department", "concurrency", "retryCycle", "lockDuration");

    private final CamelContext camel;
    private final CityDirectory city;
    private final List<String> templates;
    private final Path folder;
    private final Map<Path, Loaded> files = new TreeMap<>();
    private final Map<Path, Integer> missed = new HashMap<>();
    private int looks;
    private volatile boolean started;
    /** Read by every dispatch, and so without the lock that waits for routes to stop. */
    private volatile Set<String> connected = Set.of();

    private volatile Map<String, Loaded> shown = Map.of();

    /**
     * @param text of the file when it was last looked at
     * @param file what is in use, {@code null} if nothing ever could be
     * @param routes ids
     * @param problem what is wrong with the newest text, {@code null} if nothing
     */
    record Loaded(String text, DepartmentFile file, List<String> routes, String problem) {}

    DepartmentRoutes(CamelContext camel, CityDirectory city, IntegrationProperties properties) {
        this.camel = camel;
        this.city = city;
        this.templates = properties.templates();
        this.folder = properties.departments();
        // Who is connected has to be known before the first request is taken.
        present().forEach((path, text) -> files.put(path, read(path, text)));
        publish();
    }

    private void publish() {
        connected = files.keySet().stream().map(DepartmentRoutes::department).collect(Collectors.toUnmodifiableSet());
        Map<String, Loaded> all = new LinkedHashMap<>();
        files.forEach((path, loaded) -> all.put(department(path), loaded));
        shown = all;
    }

    /** A file is named after its department. */
    private static String department(Path file) {
        String name = file.getFileName().toString();
        return name.substring(0, name.length() - ENDING.length());
    }

    /** Before the models are deployed, which may use the topics of these routes only. */
    @EventListener(ApplicationStartedEvent.class)
    @Order(Ordered.HIGHEST_PRECEDENCE)
    synchronized void start() throws Exception {
        // Also where no department is connected: operators ask it for what failed.
        camel.getComponent("camunda7");
        loadTemplates();
        started = true;
        files.replaceAll((path, loaded) -> loaded.file() == null ? loaded : with(path, loaded.file(), null));
        publish();
    }

    @Scheduled(fixedDelayString = "${liudan.integration.reload:1s}")
    synchronized void reload() {
        if (!started) {
            return;
        }
        looks++;
        Map<Path, String> present = present();
        present.keySet().forEach(missed::remove);
        for (Path absent : new HashSet<>(files.keySet())) {
            if (!present.containsKey(absent) && missed.merge(absent, 1, Integer::sum) >= LOOKS_BEFORE_GONE) {
                missed.remove(absent);
                Loaded loaded = files.remove(absent);
                // From now on, whoever asks is told so; the routes take their time to stop.
                publish();
                remove(loaded.routes());
                LOG.info("{} is gone: its department works in the Tasklist only", absent.getFileName());
            }
        }
        present.forEach((path, text) -> {
            Loaded before = files.get(path);
            boolean again = before != null
                    && before.file() != null
                    && before.routes().isEmpty()
                    && looks % LOOKS_BEFORE_AGAIN == 0;
            if (before == null || again || !before.text().equals(text)) {
                files.put(path, replace(path, before, read(path, text)));
            }
        });
        publish();
    }

    @Override
    public boolean isConnected(String department) {
        return connected.contains(department);
    }

    /** By department; empty until the hub has started. */
    Map<String, Loaded> loaded() {
        return started ? shown : Map.of();
    }

    private Loaded replace(Path path, Loaded before, Loaded fresh) {
        if (fresh.file() == null) {
            return before == null ? fresh : new Loaded(fresh.text(), before.file(), before.routes(), fresh.problem());
        }
        if (before != null) {
            remove(before.routes());
        }
        return with(path, fresh.file(), before == null ? null : before.file());
    }

    /** @param fallback what goes on working if the new one can't, may be {@code null} */
    private Loaded with(Path path, DepartmentFile file, DepartmentFile fallback) {
        List<String> routes = new ArrayList<>();
        try {
            add(file, routes);
            LOG.info("{} connects {}", path.getFileName(), file.department());
            return new Loaded(file.text(), file, List.copyOf(routes), null);
        } catch (Exception e) {
            remove(routes);
            String problem = rootMessage(e);
            LOG.warn("{} can't be used: {}", path.getFileName(), problem);
            Loaded before =
                    fallback == null ? new Loaded(file.text(), file, List.of(), problem) : with(path, fallback, null);
            return new Loaded(file.text(), before.file(), before.routes(), problem);
        }
    }

    private void add(DepartmentFile file, List<String> routes) throws Exception {
        int n = 0;
        for (DepartmentFile.Templated route : file.routes()) {
            String id = (route.inbound() ? INBOUND : "send-")
                    + file.department()
                    + (route.inbound() && n++ > 0 ? "-" + n : "");
            routes.add(id);
            camel.addRouteFromTemplate(id, route.template(), new LinkedHashMap<>(route.parameters()));
        }
        Map<String, Object> parameters = new LinkedHashMap<>(file.outbound().parameters());
        parameters.keySet().retainAll(OF_DELIVERY);
        routes.add(DELIVERY + file.department());
        camel.addRouteFromTemplate(DELIVERY + file.department(), DELIVERY_TEMPLATE, parameters);
    }

    /** What a route is working on is finished first; what came last is stopped first. */
    private void remove(List<String> routes) {
        for (String id : routes.reversed()) {
            try {
                if (camel.getRoute(id) != null) {
                    camel.getRouteController().stopRoute(id);
                    camel.removeRoute(id);
                }
            } catch (Exception e) {
                LOG.warn("Route {} couldn't be taken away: {}", id, e.getClass().getName());
            }
        }
    }

    private Loaded read(Path path, String text) {
        try {
            if (text.equals(UNREADABLE)) {
                throw new IllegalArgumentException("is not in UTF-8, or can't be read");
            }
            DepartmentFile file = DepartmentFile.read(text);
            if (!file.department().equals(department(path))) {
                throw new IllegalArgumentException(
                        "a file is named after its department: " + file.department() + ENDING);
            }
            if (city.unit(file.department()).filter(OrgUnit::answers).isEmpty()) {
                throw new IllegalArgumentException(
                        "no department '" + file.department() + "' answers for requests in this city");
            }
            return new Loaded(text, file, List.of(), null);
        } catch (IllegalArgumentException e) {
            LOG.warn("{} can't be used: {}", path.getFileName(), e.getMessage());
            return new Loaded(text, null, List.of(), e.getMessage());
        }
    }

    private Map<Path, String> present() {
        Map<Path, String> found = new TreeMap<>();
        if (Files.isDirectory(folder)) {
            try (Stream<Path> all = Files.list(folder)) {
                all.filter(file -> file.toString().endsWith(ENDING)).forEach(path -> found.put(path, text(path)));
            } catch (IOException | UncheckedIOException e) {
                LOG.warn("{} can't be listed: {}", folder, e.getClass().getName());
                files.forEach((path, loaded) -> found.putIfAbsent(path, loaded.text()));
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

    private void loadTemplates() throws Exception {
        RoutesLoader loader = PluginHelper.getRoutesLoader(camel);
        for (String location : templates) {
            List<Resource> found = new ArrayList<>();
            for (org.springframework.core.io.Resource file :
                    new PathMatchingResourcePatternResolver().getResources(location + "*.camel.yaml")) {
                found.add(ResourceHelper.fromBytes(file.getFilename(), file.getContentAsByteArray()));
            }
            if (!found.isEmpty()) {
                loader.loadRoutes(found);
                return;
            }
        }
        throw new IllegalStateException("No route template was found in " + templates);
    }

    private static String rootMessage(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage());
    }
}
