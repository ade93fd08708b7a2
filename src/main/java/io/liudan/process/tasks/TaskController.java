package io.liudan.process.tasks;

import io.liudan.identity.Actor;
import io.liudan.identity.People;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
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

/** The desks' door. */
@RestController
@RequestMapping("/api/v1/tasks")
@Tag(name = "tasks", description = "岗位待办：核单、下单、派单、接单、办理")
class TaskController {

    private final Tasks tasks;
    private final People people;

    TaskController(Tasks tasks, People people) {
        this.tasks = tasks;
        this.people = people;
    }

    @GetMapping
    @Operation(summary = "Tasks that the caller may work on, with the decisions that are open and their fields")
    TaskView.Page list(
            @Parameter(hidden = true) @AuthenticationPrincipal Actor actor,
            @RequestParam(required = false) String desk,
            @RequestParam(required = false) String key,
            @RequestParam(required = false) String requestCode,
            @RequestParam(required = false) String cursor,
            @RequestParam(defaultValue = "50") int limit) {
        people.saw(actor);
        return tasks.list(actor, desk, key, requestCode, cursor, limit);
    }

    @GetMapping("/cards")
    @Operation(summary = "What the Tasklist's lines show, for tasks that the caller may see; others are left out")
    List<TaskView.Line> cards(
            @Parameter(hidden = true) @AuthenticationPrincipal Actor actor, @RequestParam List<String> id) {
        return tasks.cards(actor, id);
    }

    @GetMapping("/{id}")
    @Operation(summary = "One task of the caller's desks, with what the routing table suggests")
    TaskView.Detail get(@Parameter(hidden = true) @AuthenticationPrincipal Actor actor, @PathVariable String id) {
        return tasks.get(actor, id);
    }

    @GetMapping("/{id}/colleagues")
    @Operation(summary = "To whom a task may be handed; who handled the request before comes first")
    List<TaskView.Colleague> colleagues(
            @Parameter(hidden = true) @AuthenticationPrincipal Actor actor, @PathVariable String id) {
        return tasks.colleagues(actor, id);
    }

    @PostMapping("/{id}/claim")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(summary = "签收 Claim a task for oneself")
    void claim(@Parameter(hidden = true) @AuthenticationPrincipal Actor actor, @PathVariable String id) {
        tasks.claim(actor, id);
    }

    @PostMapping("/{id}/unclaim")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(summary = "退回岗位 Give a claimed task back to its desk")
    void unclaim(@Parameter(hidden = true) @AuthenticationPrincipal Actor actor, @PathVariable String id) {
        tasks.unclaim(actor, id);
    }

    /** @param assignee username of the colleague */
    record Assignment(String assignee) {}

    @PostMapping("/{id}/assign")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(summary = "交办 Hand a task to a colleague of the same desk")
    void assign(
            @Parameter(hidden = true) @AuthenticationPrincipal Actor actor,
            @PathVariable String id,
            @RequestBody Assignment body) {
        tasks.assign(actor, id, body.assignee());
    }

    @PostMapping("/{id}/complete")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(summary = "办结 Complete a task with a decision and its fields: {\"decision\": …, …}")
    void complete(
            @Parameter(hidden = true) @AuthenticationPrincipal Actor actor,
            @PathVariable String id,
            @RequestBody Map<String, Object> body) {
        tasks.complete(actor, id, body);
    }
}
