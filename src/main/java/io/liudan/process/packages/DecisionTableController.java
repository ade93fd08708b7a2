package io.liudan.process.packages;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.io.IOException;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartFile;

/** Decision tables, for designers. */
@RestController
@RequestMapping("/api/v1/decision-tables")
@Tag(name = "processes", description = "流程和决策表")
class DecisionTableController {

    private final TableTrial trial;

    DecisionTableController(TableTrial trial) {
        this.trial = trial;
    }

    @PostMapping(path = "/check", consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
    @Operation(
            summary =
                    "What a table would change for the newest 1,000 requests: lead, urgency, limits, with examples; nothing is deployed")
    TableTrial.Outcome check(@RequestParam("file") MultipartFile file) throws IOException {
        return trial.of(file.getBytes());
    }
}
