package io.liudan.process;

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
import org.springframework.web.bind.annotation.PostMapping;
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

    DeploymentController(DeploymentRecords records, DeploymentCheck check) {
        this.records = records;
        this.check = check;
    }

    @GetMapping
    @Operation(summary = "The newest 200 deployments: who, when, which files with their checksum, and why")
    List<DeploymentRecords.Line> newest() {
        return records.newest();
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
