package io.liudan.process.tasks;

import io.liudan.identity.Actor;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1/absences")
@Tag(name = "tasks")
class AbsenceController {

    private final Absences absences;

    AbsenceController(Absences absences) {
        this.absences = absences;
    }

    /**
     * @param username absent for oneself
     * @param substitute absent when the desk as a whole stands in
     */
    record Away(String username, String substitute, Instant until) {}

    @GetMapping
    @Operation(summary = "Colleagues of the reader's desks who are away")
    List<Absences.Absence> list(@Parameter(hidden = true) @AuthenticationPrincipal Actor actor) {
        return absences.list(actor);
    }

    @GetMapping("/colleagues")
    @Operation(summary = "The staff of the reader's desks, who may stand in")
    List<Absences.Colleague> colleagues(@Parameter(hidden = true) @AuthenticationPrincipal Actor actor) {
        return absences.colleagues(actor);
    }

    @PostMapping
    @Operation(
            summary = "Says who is away until when; what they had claimed goes to the substitute or back to the desk")
    Absences.Moved away(@Parameter(hidden = true) @AuthenticationPrincipal Actor actor, @RequestBody Away body) {
        return absences.away(actor, body.username(), body.substitute(), body.until());
    }

    @DeleteMapping("/{username}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(summary = "Says that somebody is back")
    void back(@Parameter(hidden = true) @AuthenticationPrincipal Actor actor, @PathVariable String username) {
        absences.back(actor, username);
    }
}
