package io.liudan.integration;

import io.liudan.identity.Actor;
import io.liudan.identity.Audit;
import io.liudan.problem.Problem;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The operators' doors: connectors and dead letters. */
@RestController
@RequestMapping("/api/v1")
@Tag(name = "connectors", description = "运维：部门连接与死信")
class OperatorController {

    private static final int PAGE_LIMIT = 100;
    private static final int FILE_LIMIT = 20_000;
    private static final String OPERATORS = "operators";

    private final Connectors connectors;
    private final DeadLetters letters;
    private final Deliveries deliveries;
    private final Exchanges exchanges;
    private final Holds holds;
    private final Audit audit;

    OperatorController(
            Connectors connectors,
            DeadLetters letters,
            Deliveries deliveries,
            Exchanges exchanges,
            Holds holds,
            Audit audit) {
        this.connectors = connectors;
        this.letters = letters;
        this.deliveries = deliveries;
        this.exchanges = exchanges;
        this.holds = holds;
        this.audit = audit;
    }

    /** @param ids of dead letters */
    record Chosen(List<String> ids) {}

    /** @param reason why, for colleagues */
    record Reason(String reason) {}

    /** @param failed those that were no longer there */
    record Replayed(List<String> replayed, List<String> failed) {}

    /**
     * A department is to be left alone.
     *
     * @param reason why, for colleagues
     * @param until absent for until somebody resumes it
     */
    record Pause(String reason, Instant until) {}

    @GetMapping("/connectors")
    @Operation(summary = "Every connected department: state, queue, oldest message, last success, error rate, circuit")
    List<Connectors.Connector> connectors() {
        return connectors.all();
    }

    @PostMapping("/connectors/{id}/test")
    @Operation(summary = "Carries a message of the kind TEST to a department's system")
    Connectors.Trial test(@PathVariable String id) {
        audit.record("connector.test", id, OPERATORS);
        return connectors.test(id);
    }

    @PostMapping(path = "/connectors/check", consumes = MediaType.TEXT_PLAIN_VALUE)
    @Operation(
            summary =
                    "试用 Tells about a department's file before it goes live: what is wrong, what would be sent, what came back",
            description =
                    "The body is the file's text. One message of the kind TEST is carried by it; what is connected now goes on meanwhile.")
    Connectors.Check check(@RequestParam String department, @RequestBody String text) {
        if (text.length() > FILE_LIMIT) {
            throw Problem.field("text", "too-long", FILE_LIMIT);
        }
        audit.record("connector.check", department.matches("[a-z]{1,20}") ? department : "", OPERATORS);
        return connectors.check(department, text);
    }

    @PostMapping("/connectors/{id}/pause")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(summary = "暂停 Nothing is carried to a department until it is resumed, or until a given instant")
    void pause(
            @Parameter(hidden = true) @AuthenticationPrincipal Actor actor,
            @PathVariable String id,
            @RequestBody Pause pause) {
        connectors.require(id);
        holds.pause(id, actor.username(), pause.reason(), pause.until());
        audit.record("connector.pause", id, OPERATORS, pause.reason());
    }

    @PostMapping("/connectors/{id}/resume")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(summary = "恢复 What waits for a paused department is carried again")
    void resume(@PathVariable String id) {
        connectors.require(id);
        holds.resume(id);
        audit.record("connector.resume", id, OPERATORS);
    }

    @GetMapping("/deliveries")
    @Operation(summary = "What waits to be carried, of departments without a file too, the oldest first")
    Deliveries.Page deliveries(
            @RequestParam(required = false) String connector,
            @RequestParam(defaultValue = "0") int cursor,
            @RequestParam(defaultValue = "50") int limit) {
        return deliveries.list(connector, Math.max(0, cursor), Math.clamp(limit, 1, PAGE_LIMIT));
    }

    @PostMapping("/deliveries/{id}/give-up")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(summary = "停止送达 A delivery that waits becomes a dead letter, to be replayed or discarded")
    void giveUp(@PathVariable String id) {
        deliveries.giveUp(id);
        audit.record("delivery.give-up", id, OPERATORS);
    }

    @GetMapping("/exchanges")
    @Operation(
            summary = "What was exchanged with departments' systems, by order, receipt or time, the newest first",
            description =
                    "One record for each attempt to carry something and for each message that came in; none of its words.")
    Exchanges.Page exchanges(
            @RequestParam(required = false) String connector,
            @RequestParam(required = false) String workOrder,
            @RequestParam(required = false) String receipt,
            @RequestParam(required = false) Exchanges.Outcome outcome,
            @RequestParam(required = false) Instant from,
            @RequestParam(required = false) Instant to,
            @RequestParam(required = false) Long cursor,
            @RequestParam(defaultValue = "50") int limit) {
        return exchanges.list(
                new Exchanges.Query(connector, workOrder, receipt, outcome, from, to),
                cursor,
                Math.clamp(limit, 1, PAGE_LIMIT));
    }

    @GetMapping("/dead-letters")
    @Operation(summary = "What couldn't be delivered or taken in, the newest first")
    DeadLetters.Page letters(
            @RequestParam(required = false) String connector,
            @RequestParam(required = false) DeadLetters.Direction direction,
            @RequestParam(defaultValue = "0") int cursor,
            @RequestParam(defaultValue = "50") int limit) {
        return letters.list(connector, direction, Math.max(0, cursor), Math.clamp(limit, 1, PAGE_LIMIT));
    }

    @GetMapping("/dead-letters/{id}")
    @Operation(summary = "One dead letter with its masked payload and its history")
    DeadLetters.Detail letter(@PathVariable String id) {
        audit.record("dead-letter.read", id, OPERATORS);
        return letters.get(id);
    }

    @PostMapping("/dead-letters/{id}/replay")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(summary = "重发 Once more")
    void replay(@Parameter(hidden = true) @AuthenticationPrincipal Actor actor, @PathVariable String id) {
        letters.replay(id, actor.username());
        audit.record("dead-letter.replay", id, OPERATORS);
    }

    @PostMapping("/dead-letters/replay")
    @Operation(summary = "Many once more")
    Replayed replayMany(@Parameter(hidden = true) @AuthenticationPrincipal Actor actor, @RequestBody Chosen body) {
        Replayed outcome = new Replayed(new ArrayList<>(), new ArrayList<>());
        List<String> ids = body.ids();
        if (ids == null || ids.isEmpty() || ids.contains(null)) {
            throw Problem.field("ids", "required");
        }
        for (String id : ids) {
            try {
                letters.replay(id, actor.username());
                audit.record("dead-letter.replay", id, OPERATORS);
                outcome.replayed().add(id);
            } catch (Problem gone) {
                outcome.failed().add(id);
            }
        }
        return outcome;
    }

    @PostMapping("/dead-letters/{id}/discard")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(summary = "放弃 For good")
    void discard(
            @Parameter(hidden = true) @AuthenticationPrincipal Actor actor,
            @PathVariable String id,
            @RequestBody Reason body) {
        letters.discard(id, actor.username(), body.reason());
        audit.record("dead-letter.discard", id, OPERATORS, body.reason());
    }
}
