package io.liudan.process.stuck;

import io.liudan.identity.Actor;
import io.liudan.identity.Audit;
import io.liudan.problem.Problem;
import io.liudan.process.tasks.EngineRefusal;
import io.liudan.process.tasks.StuckSteps;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import org.camunda.bpm.engine.OptimisticLockingException;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The process operators' doors. */
@RestController
@RequestMapping("/api/v1")
@Tag(name = "stuck-steps", description = "卡住的环节：重试、改字段、移动、结束")
class StuckStepController {

    private final StuckStepViews views;
    private final StuckSteps stuck;
    private final ProcessOperations operations;
    private final Audit audit;

    StuckStepController(StuckStepViews views, StuckSteps stuck, ProcessOperations operations, Audit audit) {
        this.views = views;
        this.stuck = stuck;
        this.operations = operations;
        this.audit = audit;
    }

    record Reason(String reason) {}

    /** @param value code or number, as the field has it in a decision */
    record Correction(String field, Object value, String reason) {}

    /**
     * @param from where it stands: the id that the process is shown with
     * @param to user task in the model
     */
    record Move(String from, String to, String reason) {}

    record Ending(String outcome, String reason) {}

    @GetMapping("/stuck-steps")
    @Operation(summary = "Steps that can't go on, those that stand the longest first: who, since when, why")
    StuckStepViews.Page standing() {
        return views.standing();
    }

    @DeleteMapping("/stuck-steps/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(
            summary = "Takes the line of a process that couldn't begin off the list; should it fail again, it is back")
    void dismiss(@PathVariable String id) {
        boolean known = id.matches("c\\d{1,18}")
                ? stuck.dismiss(Long.parseLong(id.substring(1)))
                : id.startsWith("i") && operations.retryBeginning(id.substring(1));
        if (!known) {
            throw Problem.notFound("no-such-stuck-step");
        }
        audit.record("stuck-step.dismissed", id, ProcessOperations.OPERATORS);
    }

    @GetMapping("/processes")
    @Operation(
            summary =
                    "The running processes of a request: where they stand, where they may be moved, which fields can be set")
    List<ProcessOperations.View> processes(@RequestParam String requestCode) {
        audit.record("process.read", requestCode, ProcessOperations.OPERATORS);
        return operations.ofRequest(requestCode);
    }

    @GetMapping("/processes/{id}")
    @Operation(summary = "One running process")
    ProcessOperations.View process(@PathVariable String id) {
        audit.record("process.read", id, ProcessOperations.OPERATORS);
        return operations.get(id);
    }

    @PostMapping("/processes/{id}/retry")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(summary = "重试 Tries again what was given up")
    void retry(
            @Parameter(hidden = true) @AuthenticationPrincipal Actor actor,
            @PathVariable String id,
            @RequestBody Reason body) {
        inTheApisWords(() -> operations.retry(actor, id, body.reason()));
    }

    @PostMapping("/processes/{id}/set")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(summary = "改字段 Sets a field that a decision of the process declares")
    void set(
            @Parameter(hidden = true) @AuthenticationPrincipal Actor actor,
            @PathVariable String id,
            @RequestBody Correction body) {
        inTheApisWords(() -> operations.set(actor, id, body.field(), body.value(), body.reason()));
    }

    @PostMapping("/processes/{id}/move")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(summary = "移动 Takes the process from where it stands to another of its user tasks")
    void move(
            @Parameter(hidden = true) @AuthenticationPrincipal Actor actor,
            @PathVariable String id,
            @RequestBody Move body) {
        inTheApisWords(() -> operations.move(actor, id, body.from(), body.to(), body.reason()));
    }

    @PostMapping("/processes/{id}/end")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(summary = "结束 Ends the process of a request and the request with it; the resident reads the reason")
    void end(
            @Parameter(hidden = true) @AuthenticationPrincipal Actor actor,
            @PathVariable String id,
            @RequestBody Ending body) {
        inTheApisWords(() -> operations.end(actor, id, body.outcome(), body.reason()));
    }

    private static void inTheApisWords(Runnable move) {
        try {
            move.run();
        } catch (EngineRefusal refused) {
            throw refused.problem();
        } catch (OptimisticLockingException | OptimisticLockingFailureException faster) {
            throw Problem.conflict("stands-elsewhere");
        }
    }
}
