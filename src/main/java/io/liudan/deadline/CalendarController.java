package io.liudan.deadline;

import com.fasterxml.jackson.databind.JsonNode;
import io.liudan.identity.Actor;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1/calendar")
@Tag(name = "calendar", description = "Years of the working calendar")
class CalendarController {

    private final CalendarYears years;

    CalendarController(CalendarYears years) {
        this.years = years;
    }

    @GetMapping
    @Operation(summary = "The years whose holidays are known, and where from")
    List<CalendarYears.Known> known(@Parameter(hidden = true) @AuthenticationPrincipal Actor actor) {
        return years.known(actor);
    }

    @PutMapping("/{year}")
    @Operation(
            summary =
                    "Imports a year's holidays and make-up workdays in the format of holiday-cn, for administrators; with preview=true only tells what would change. "
                            + "Running steps with dates among the changed days are counted again within a minute.")
    CalendarYears.Report take(
            @Parameter(hidden = true) @AuthenticationPrincipal Actor actor,
            @PathVariable int year,
            @RequestParam(defaultValue = "false") boolean preview,
            @RequestBody JsonNode notice) {
        return preview ? years.preview(actor, year, notice) : years.take(actor, year, notice);
    }
}
