package io.liudan.process.packages;

import io.liudan.identity.Actor;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.http.MediaType;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartFile;

/** What was deployed, for designers and administrators. */
@RestController
@RequestMapping("/api/v1/deployments")
@Tag(name = "processes", description = "流程和决策表")
class DeploymentController {

    private final DeploymentRecords records;
    private final DeploymentCheck check;
    private final Versions versions;

    DeploymentController(DeploymentRecords records, DeploymentCheck check, Versions versions) {
        this.records = records;
        this.check = check;
        this.versions = versions;
    }

    @GetMapping
    @Operation(summary = "The newest 200 deployments: who, when, which files with their checksum, and why")
    List<DeploymentRecords.Line> newest() {
        return records.newest();
    }

    @GetMapping("/{id}/changes")
    @Operation(summary = "What a deployment changed in its package: elements, and rows of tables")
    Versions.Comparison changes(
            @PathVariable String id,
            @Parameter(description = "An earlier deployment of the same name; without it the one right before")
                    @RequestParam(required = false)
                    String since) {
        return versions.compare(id, since);
    }

    /** @param reason why, for whoever looks at the deployments later */
    record Reason(String reason) {}

    @PostMapping("/{id}/restore")
    @Operation(
            summary = "退回 Go back: deploys the package as it stood after this deployment, with the same checks",
            description = "What runs goes on as it began. {\"reason\": \"…\"} is kept with the new deployment.")
    Versions.Comparison restore(
            @Parameter(hidden = true) @AuthenticationPrincipal Actor actor,
            @PathVariable String id,
            @RequestBody Reason body) {
        return versions.restore(actor, id, body.reason());
    }

    @PostMapping(path = "/check", consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
    @Operation(summary = "What a deployment of these files would be refused for; nothing is deployed")
    DeploymentCheck.Outcome check(
            @Parameter(hidden = true) @AuthenticationPrincipal Actor actor,
            @RequestParam String name,
            @RequestParam("file") List<MultipartFile> files)
            throws IOException {
        Map<String, byte[]> contents = new LinkedHashMap<>();
        for (MultipartFile file : files) {
            contents.put(String.valueOf(file.getOriginalFilename()), file.getBytes());
        }
        return check.check(actor, name, contents);
    }
}
