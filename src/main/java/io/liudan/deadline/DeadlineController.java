package io.liudan.deadline;

import io.liudan.identity.Actor;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1")
@Tag(name = "supervision", description = "Cards of steps that wait, and matters under supervision")
class DeadlineController {

    private final Supervisions supervisions;
    private final Notices notices;

    DeadlineController(Supervisions supervisions, Notices notices) {
        this.supervisions = supervisions;
        this.notices = notices;
    }

    /** @param until by when the demand is to be met */
    record Demand(String demand, Instant until) {}

    record Answer(String answer) {}

    record Note(String note) {}

    @PostMapping("/requests/{code}/supervision")
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(summary = "Takes a request under supervision, with a demand and a date")
    Map<String, Long> open(
            @Parameter(hidden = true) @AuthenticationPrincipal Actor actor,
            @PathVariable String code,
            @RequestBody Demand body) {
        return Map.of("id", supervisions.open(actor, code, body.demand(), body.until()));
    }

    @PostMapping("/matters/{code}/supervision")
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(summary = "Takes a matter of any kind that supervision sees under supervision")
    Map<String, Long> supervise(
            @Parameter(hidden = true) @AuthenticationPrincipal Actor actor,
            @PathVariable String code,
            @RequestBody Demand body) {
        return open(actor, code, body);
    }

    @GetMapping("/supervisions")
    @Operation(
            summary =
                    "Supervisions, the newest first: for supervisors of all kinds that supervision sees, else of matters of the reader's desks")
    Supervisions.Page list(
            @Parameter(hidden = true) @AuthenticationPrincipal Actor actor,
            @RequestParam(required = false) String requestCode,
            @Parameter(description = "Of a matter of any kind") @RequestParam(required = false) String matterCode,
            @RequestParam(defaultValue = "false") boolean open,
            @RequestParam(required = false) Long cursor) {
        return supervisions.list(actor, matterCode == null ? requestCode : matterCode, open, cursor);
    }

    @PostMapping("/supervisions/{id}/answer")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(summary = "What a desk of the request answers to the demand")
    void answer(
            @Parameter(hidden = true) @AuthenticationPrincipal Actor actor,
            @PathVariable long id,
            @RequestBody Answer body) {
        supervisions.answer(actor, id, body.answer());
    }

    @PostMapping("/supervisions/{id}/release")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(summary = "Ends a supervision")
    void release(
            @Parameter(hidden = true) @AuthenticationPrincipal Actor actor,
            @PathVariable long id,
            @RequestBody Note body) {
        supervisions.release(actor, id, body.note());
    }

    @GetMapping("/cards")
    @Operation(summary = "Reminders, cards and supervision that the reader's desks were told of, the newest first")
    Notices.Page cards(
            @Parameter(hidden = true) @AuthenticationPrincipal Actor actor,
            @RequestParam(required = false) String requestCode,
            @RequestParam(required = false) Long cursor) {
        return notices.of(actor, requestCode, cursor);
    }
}
