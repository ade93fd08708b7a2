package io.liudan.process.packages;

import io.liudan.matter.Manifests;
import io.liudan.problem.Problem;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * A package's folder as a ZIP file: its files at the top, or in one folder there.
 *
 * @param name of the folder, else the kind that the manifest declares
 * @param files what is deployed, by file name
 * @param others names of what isn't: cases, pictures, words for people
 */
record PackageZip(String name, Map<String, byte[]> files, List<String> others) {

    private static final int MOST_FILES = 200;
    private static final int LARGEST = 10 * 1024 * 1024;

    /** @throws Problem 422 for what is no such file, or too large when it is unpacked */
    static PackageZip read(byte[] zip) {
        Map<String, byte[]> all = new TreeMap<>();
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip), StandardCharsets.UTF_8)) {
            long size = 0;
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                if (entry.isDirectory() || hidden(entry.getName())) {
                    continue;
                }
                byte[] content = in.readNBytes((int) Math.min(Integer.MAX_VALUE - 8, LARGEST - size + 1));
                size += content.length;
                if (size > LARGEST || all.size() == MOST_FILES) {
                    throw Problem.field("file", "package-too-large", MOST_FILES, LARGEST / 1024 / 1024);
                }
                all.put(entry.getName(), content);
            }
        } catch (IOException | IllegalArgumentException e) {
            throw Problem.field("file", "not-a-zip");
        }
        if (all.isEmpty()) {
            throw Problem.field("file", "not-a-zip");
        }
        return of(all);
    }

    private static PackageZip of(Map<String, byte[]> all) {
        String first = all.keySet().iterator().next();
        String folder = first.contains("/") ? first.substring(0, first.indexOf('/') + 1) : "";
        boolean one = !folder.isEmpty() && all.keySet().stream().allMatch(name -> name.startsWith(folder));
        Map<String, byte[]> files = new TreeMap<>();
        List<String> others = new ArrayList<>();
        all.forEach((path, content) -> {
            String file = one ? path.substring(folder.length()) : path;
            if (!file.contains("/") && isDeployed(file)) {
                files.put(file, content);
            } else {
                others.add(file);
            }
        });
        return new PackageZip(one ? folder.substring(0, folder.length() - 1) : kind(files), files, others);
    }

    private static String kind(Map<String, byte[]> files) {
        byte[] manifest = files.get(Manifests.FILE);
        if (manifest == null) {
            throw Problem.field("file", "package-without-name");
        }
        try {
            return Manifests.read(new String(manifest, StandardCharsets.UTF_8)).key();
        } catch (Manifests.Unreadable unreadable) {
            throw Problem.field("file", "package-without-name");
        }
    }

    static boolean isDeployed(String file) {
        return file.equals(Manifests.FILE)
                || ModelGuard.is(file, ModelGuard.MODELS)
                || ModelGuard.is(file, ModelGuard.TABLES)
                || ModelGuard.is(file, ModelGuard.FORMS);
    }

    /** What systems leave beside the files. */
    private static boolean hidden(String path) {
        return path.startsWith("__MACOSX/") || path.startsWith(".") || path.contains("/.");
    }
}
