package io.liudan.process.limits;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1/limits/recomputation")
@Tag(name = "calendar")
class LimitController {

    private final Recomputation recomputation;

    LimitController(Recomputation recomputation) {
        this.recomputation = recomputation;
    }

    @GetMapping
    @Operation(summary = "How many running steps, and which, the newest table of limits would change; for designers")
    Recomputation.Plan preview() {
        return recomputation.preview();
    }

    @PostMapping
    @Operation(
            summary =
                    "Puts running steps under the newest table of limits, by the day on which each began; for designers")
    Recomputation.Plan apply() {
        return recomputation.apply();
    }
}
