package io.liudan.request;

import io.liudan.identity.Actor;
import io.liudan.matter.Intake;
import io.liudan.matter.MatterMoves;
import io.liudan.matter.Notes;
import io.liudan.matter.Sights;
import io.liudan.matter.SimilarMatters;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The residents' door: intake, tracking, and the moves of the one who filed a request. */
@RestController
@RequestMapping("/api/v1")
@Tag(name = "requests", description = "群众点单、跟踪、评单")
class RequestController {

    private final Intake intake;
    private final RequestReader reader;
    private final Sights sights;
    private final MatterMoves moves;
    private final RequestMoves own;
    private final Ratings ratings;
    private final SimilarMatters similar;
    private final Notes notes;

    RequestController(
            Intake intake,
            RequestReader reader,
            Sights sights,
            MatterMoves moves,
            RequestMoves own,
            Ratings ratings,
            SimilarMatters similar,
            Notes notes) {
        this.intake = intake;
        this.reader = reader;
        this.sights = sights;
        this.moves = moves;
        this.own = own;
        this.ratings = ratings;
        this.similar = similar;
        this.notes = notes;
    }

    /** @param reason why, in the caller's own words */
    record Reason(String reason) {}

    /** @param text what is said, in the caller's own words */
    record Words(String text) {}

    @PostMapping(path = "/requests", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(summary = "点单 File a request; the same key and body again get the same answer")
    @ApiResponse(responseCode = "201", content = @Content(schema = @Schema(implementation = RequestView.class)))
    ResponseEntity<String> submit(
            @Parameter(hidden = true) @AuthenticationPrincipal Actor actor,
            @Parameter(required = true) @RequestHeader(name = "Idempotency-Key", required = false) String key,
            @Valid @RequestBody Submission submission) {
        String answer = intake.once(new Intake.Call(actor, "api", key), submission, submission.draft(), reader::own);
        return ResponseEntity.status(HttpStatus.CREATED)
                .contentType(MediaType.APPLICATION_JSON)
                .body(answer);
    }

    @GetMapping("/requests/{code}")
    @Operation(summary = "跟踪 One request with its timeline, current desk and deadline, as far as the caller may see it")
    RequestView get(@Parameter(hidden = true) @AuthenticationPrincipal Actor actor, @PathVariable String code) {
        return reader.get(actor, code);
    }

    @GetMapping("/requests")
    @Operation(summary = "Requests that the caller may see, the newest first")
    RequestReader.Page list(
            @Parameter(hidden = true) @AuthenticationPrincipal Actor actor,
            @RequestParam(defaultValue = "false") boolean mine,
            @RequestParam(required = false) Status status,
            @RequestParam(required = false) String q,
            @RequestParam(required = false) String cursor,
            @RequestParam(defaultValue = "20") int limit) {
        return reader.list(actor, mine, status, q, cursor, limit);
    }

    @GetMapping("/requests/similar")
    @Operation(summary = "Likely duplicates near a place, before filing: a resident can follow one instead")
    List<SimilarMatters.Similar> similar(
            @RequestParam String text,
            @RequestParam(required = false) String category,
            @RequestParam(required = false) String gridCode,
            @RequestParam(required = false) Double lat,
            @RequestParam(required = false) Double lon,
            @RequestParam(required = false) String datum) {
        return similar.find(Requests.KIND, text, category, gridCode, lat, lon, datum);
    }

    @GetMapping("/requests/{code}/similar")
    @Operation(summary = "Likely duplicates of a request, for the desks at work on it")
    List<SimilarMatters.Similar> similarTo(
            @Parameter(hidden = true) @AuthenticationPrincipal Actor actor, @PathVariable String code) {
        sights.requireOfficial(actor, code);
        return similar.of(code);
    }

    @PostMapping("/requests/{code}/unmask")
    @Operation(
            summary =
                    "查看原文 The request as it was written, for its desks and supervision; the reason is kept in the audit log")
    RequestView unmask(
            @Parameter(hidden = true) @AuthenticationPrincipal Actor actor,
            @PathVariable String code,
            @RequestBody Reason body) {
        return reader.unmasked(actor, code, body.reason());
    }

    @PostMapping("/requests/{code}/comments")
    @Operation(summary = "备注 A note among the desks of a request, never shown to residents")
    @ResponseStatus(HttpStatus.CREATED)
    RequestView comment(
            @Parameter(hidden = true) @AuthenticationPrincipal Actor actor,
            @PathVariable String code,
            @RequestBody Words body) {
        notes.add(actor, code, body.text());
        return reader.get(actor, code);
    }

    @PostMapping("/requests/{code}/follow")
    @Operation(summary = "Follow somebody else's request instead of filing the same again")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void follow(@Parameter(hidden = true) @AuthenticationPrincipal Actor actor, @PathVariable String code) {
        moves.follow(actor, code);
    }

    @PostMapping("/requests/{code}/rating")
    @Operation(summary = "评单 The resident rates; \"not solved\" sends the request back to who handled it")
    RequestView rate(
            @Parameter(hidden = true) @AuthenticationPrincipal Actor actor,
            @PathVariable String code,
            @RequestBody RatingBody body) {
        ratings.rate(actor, code, new Rating(body.contacted(), body.solved(), body.satisfied(), body.comment()));
        return reader.get(actor, code);
    }

    /** As {@link Rating}, before it is checked. */
    record RatingBody(Boolean contacted, Boolean solved, Integer satisfied, String comment) {}

    @PostMapping("/requests/{code}/urge")
    @Operation(summary = "催办 The resident urges")
    RequestView urge(@Parameter(hidden = true) @AuthenticationPrincipal Actor actor, @PathVariable String code) {
        moves.urge(actor, code);
        return reader.get(actor, code);
    }

    @PostMapping("/requests/{code}/withdraw")
    @Operation(summary = "撤单 The resident takes the request back, until it has been handled")
    RequestView withdraw(
            @Parameter(hidden = true) @AuthenticationPrincipal Actor actor,
            @PathVariable String code,
            @RequestBody(required = false) Reason body) {
        own.withdraw(actor, code, body == null ? null : body.reason());
        return reader.get(actor, code);
    }

    @PostMapping("/requests/{code}/supplement")
    @Operation(summary = "补充 The resident adds something, or answers the grid worker's question")
    RequestView supplement(
            @Parameter(hidden = true) @AuthenticationPrincipal Actor actor,
            @PathVariable String code,
            @RequestBody Words body) {
        own.supplement(actor, code, body.text());
        return reader.get(actor, code);
    }
}
