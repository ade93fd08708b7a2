package io.liudan.process.packages;

import io.liudan.identity.Actor;
import io.liudan.problem.Problem;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartFile;

/** Process packages as a whole: a folder's manifest, models and tables in one file. */
@RestController
@RequestMapping("/api/v1/packages")
@Tag(name = "packages", description = "流程包：一类事项的全部文件")
class PackageController {

    private final ProcessPackages folders;
    private final DeploymentCheck check;
    private final Versions versions;

    PackageController(ProcessPackages folders, DeploymentCheck check, Versions versions) {
        this.folders = folders;
        this.check = check;
        this.versions = versions;
    }

    /**
     * A folder beside the hub.
     *
     * @param faults for which its files as they are now were refused; empty when they count
     */
    record Folder(String name, List<String> faults) {}

    /**
     * What a package would come to.
     *
     * @param faults for which it would be refused, each with the file and the place
     * @param notes what is worth a look, where there is no fault
     * @param running matters that are worked on now; they go on as they began
     * @param words what is new and what changes, a sentence each
     */
    record Preview(
            String name,
            List<String> faults,
            List<String> notes,
            long running,
            List<String> words,
            List<PackageChanges.Change> changes) {}

    @GetMapping
    @Operation(summary = "The folders that the hub watches, with the sentences for which their files were refused")
    List<Folder> folders() {
        return new TreeMap<>(folders.known())
                .entrySet().stream()
                        .map(folder ->
                                new Folder(folder.getKey(), folder.getValue().faults()))
                        .toList();
    }

    @PostMapping(path = "/check", consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
    @Operation(summary = "预览 What deploying this ZIP of a package's folder would change, or be refused for")
    Preview preview(@Parameter(hidden = true) @AuthenticationPrincipal Actor actor, @RequestParam MultipartFile file)
            throws IOException {
        return preview(actor, PackageZip.read(file.getBytes()));
    }

    private Preview preview(Actor actor, PackageZip zip) {
        DeploymentCheck.Outcome outcome = check.check(actor, zip.name(), zip.files());
        Versions.Comparison changes = versions.beside(zip.name(), zip.files());
        List<String> notes = new ArrayList<>(outcome.notes());
        changes.changes().stream()
                .filter(change -> change.kind() == PackageChanges.Kind.REMOVED
                        && change.type().equals("file"))
                .forEach(change ->
                        notes.add(change.name() + ": 包里没有，线上的继续有效 isn't in the ZIP: what is live of it goes on"));
        return new Preview(
                zip.name(), outcome.faults(), notes, versions.running(zip.name()), changes.words(), changes.changes());
    }

    @PostMapping(consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
    @Operation(summary = "Deploys a ZIP of a package's folder, as a whole or not at all")
    @ResponseStatus(HttpStatus.CREATED)
    Versions.Comparison deploy(
            @Parameter(hidden = true) @AuthenticationPrincipal Actor actor, @RequestParam MultipartFile file)
            throws IOException {
        PackageZip zip = PackageZip.read(file.getBytes());
        DeploymentCheck.Outcome outcome = check.check(actor, zip.name(), zip.files());
        if (!outcome.faults().isEmpty()) {
            throw Problem.unprocessable("package-refused", String.join("\n", outcome.faults()));
        }
        return versions.deployed(actor, zip.name(), zip.files());
    }
}
