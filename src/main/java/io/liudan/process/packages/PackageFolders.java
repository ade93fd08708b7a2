package io.liudan.process.packages;

import io.liudan.matter.Manifests;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/** The folders that process packages lie in: those of the first location that holds any. */
final class PackageFolders {

    private static final Logger LOG = LoggerFactory.getLogger(PackageFolders.class);
    private static final List<String> FILES = List.of("*.bpmn", "*.dmn", "*.form", Manifests.FILE);

    private final List<String> locations;

    /** @param locations with a slash at the end */
    PackageFolders(List<String> locations) {
        this.locations = locations;
    }

    /** What a package's folder holds that is deployed, by file name; packages by the folder's name. */
    SortedMap<String, SortedMap<String, byte[]>> read() throws IOException {
        for (String location : locations) {
            SortedMap<String, SortedMap<String, byte[]>> found = new TreeMap<>();
            for (String files : FILES) {
                for (Resource resource : resources(location + "*/" + files)) {
                    found.computeIfAbsent(folder(resource), name -> new TreeMap<>())
                            .put(resource.getFilename(), resource.getContentAsByteArray());
                }
            }
            if (!found.isEmpty()) {
                return found;
            }
        }
        throw new IllegalStateException("No process package was found in " + locations);
    }

    private static Resource[] resources(String pattern) throws IOException {
        try {
            return new PathMatchingResourcePatternResolver().getResources(pattern);
        } catch (FileNotFoundException none) {
            LOG.debug("There is no {}", pattern);
            return new Resource[0];
        }
    }

    private static String folder(Resource resource) throws IOException {
        String[] steps = resource.getURI().toString().split("/");
        return steps[steps.length - 2];
    }
}
