package io.liudan.integration;

import io.liudan.identity.Actor;
import io.liudan.identity.Audit;
import io.liudan.problem.Problem;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.ArrayList;
import java.util.List;
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

/** The operators' doors: connectors and dead letters. */
@RestController
@RequestMapping("/api/v1")
@Tag(name = "connectors", description = "运维：部门连接与死信")
class OperatorController {

    private static final int PAGE_LIMIT = 100;
    private static final String OPERATORS = "operators";

    private final Connectors connectors;
    private final DeadLetters letters;
    private final Audit audit;

    OperatorController(Connectors connectors, DeadLetters letters, Audit audit) {
        this.connectors = connectors;
        this.letters = letters;
        this.audit = audit;
    }

    /** @param failed those that were no longer there */
    record Replayed(List<String> replayed, List<String> failed) {}

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
    @Operation(summary = "Many once more: {\"ids\": […]}")
    Replayed replay(
            @Parameter(hidden = true) @AuthenticationPrincipal Actor actor,
            @RequestBody Map<String, List<String>> body) {
        Replayed outcome = new Replayed(new ArrayList<>(), new ArrayList<>());
        List<String> ids = body.get("ids");
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
    @Operation(summary = "放弃 For good: {\"reason\": …}")
    void discard(
            @Parameter(hidden = true) @AuthenticationPrincipal Actor actor,
            @PathVariable String id,
            @RequestBody Map<String, String> body) {
        letters.discard(id, actor.username(), body.get("reason"));
        audit.record("dead-letter.discard", id, OPERATORS, body.get("reason"));
    }
}
