package io.liudan.process;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** What was deployed, for designers and administrators. */
@RestController
@RequestMapping("/api/v1/deployments")
@Tag(name = "processes", description = "流程和决策表")
class DeploymentController {

    private final DeploymentRecords records;

    DeploymentController(DeploymentRecords records) {
        this.records = records;
    }

    @GetMapping
    @Operation(summary = "The newest 200 deployments: who, when, which files with their checksum, and why")
    List<DeploymentRecords.Line> newest() {
        return records.newest();
    }
}
