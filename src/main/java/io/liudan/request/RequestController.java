package io.liudan.request;

import io.liudan.identity.Actor;
import io.liudan.identity.Audit;
import io.liudan.problem.Problem;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.http.CacheControl;
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
import org.springframework.web.multipart.MultipartFile;

/** The residents' door: intake, tracking, and the moves of the one who filed a request. */
@RestController
@RequestMapping("/api/v1")
@Tag(name = "requests", description = "群众点单、跟踪、评单")
class RequestController {

    private final Intake intake;
    private final RequestReader reader;
    private final RequestPolicy policy;
    private final ResidentMoves moves;
    private final SimilarRequests similar;
    private final Attachments attachments;
    private final Notes notes;
    private final Audit audit;

    RequestController(
            Intake intake,
            RequestReader reader,
            RequestPolicy policy,
            ResidentMoves moves,
            SimilarRequests similar,
            Attachments attachments,
            Notes notes,
            Audit audit) {
        this.intake = intake;
        this.reader = reader;
        this.policy = policy;
        this.moves = moves;
        this.similar = similar;
        this.attachments = attachments;
        this.notes = notes;
        this.audit = audit;
    }

    @PostMapping(path = "/requests", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(summary = "点单 File a request; the same key and body again get the same answer")
    @ApiResponse(responseCode = "201", content = @Content(schema = @Schema(implementation = RequestView.class)))
    ResponseEntity<String> submit(
            @Parameter(hidden = true) @AuthenticationPrincipal Actor actor,
            @Parameter(required = true) @RequestHeader(name = "Idempotency-Key", required = false) String key,
            @Valid @RequestBody Submission submission) {
        String answer = intake.once(actor, "api", key, submission, code -> reader.fresh(code, actor));
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
    List<SimilarRequests.Similar> similar(
            @RequestParam String text,
            @RequestParam(required = false) String category,
            @RequestParam(required = false) String gridCode,
            @RequestParam(required = false) Double lat,
            @RequestParam(required = false) Double lon,
            @RequestParam(required = false) String datum) {
        return similar.find(text, category, gridCode, lat, lon, datum);
    }

    @GetMapping("/requests/{code}/similar")
    @Operation(summary = "Likely duplicates of a request, for the desks at work on it")
    List<SimilarRequests.Similar> similarTo(
            @Parameter(hidden = true) @AuthenticationPrincipal Actor actor, @PathVariable String code) {
        policy.requireOfficial(actor, code);
        return similar.of(code);
    }

    @PostMapping("/requests/{code}/unmask")
    @Operation(
            summary =
                    "查看原文 The request as it was written, for its desks and supervision; the reason is kept in the audit log: {\"reason\": …}")
    RequestView unmask(
            @Parameter(hidden = true) @AuthenticationPrincipal Actor actor,
            @PathVariable String code,
            @RequestBody Map<String, String> body) {
        return reader.unmasked(actor, code, body.get("reason"));
    }

    @PostMapping("/requests/{code}/comments")
    @Operation(summary = "备注 A note among the desks of a request, never shown to residents: {\"text\": …}")
    @ResponseStatus(HttpStatus.CREATED)
    RequestView comment(
            @Parameter(hidden = true) @AuthenticationPrincipal Actor actor,
            @PathVariable String code,
            @RequestBody Map<String, String> body) {
        notes.add(actor, code, body.get("text"));
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
        moves.rate(actor, code, new Rating(body.contacted(), body.solved(), body.satisfied(), body.comment()));
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
            @RequestBody(required = false) Map<String, String> body) {
        moves.withdraw(actor, code, body == null ? null : body.get("reason"));
        return reader.get(actor, code);
    }

    @PostMapping("/requests/{code}/supplement")
    @Operation(summary = "补充 The resident adds something, or answers the grid worker's question: {\"text\": …}")
    RequestView supplement(
            @Parameter(hidden = true) @AuthenticationPrincipal Actor actor,
            @PathVariable String code,
            @RequestBody Map<String, String> body) {
        moves.supplement(actor, code, body.get("text"));
        return reader.get(actor, code);
    }

    @PostMapping(path = "/attachments", consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
    @Operation(
            summary =
                    "Upload a photo (JPEG, PNG) or document (PDF) of at most 10 MB, before the call that names its id")
    @ResponseStatus(HttpStatus.CREATED)
    Attachments.Stored upload(
            @Parameter(hidden = true) @AuthenticationPrincipal Actor actor, @RequestParam MultipartFile file)
            throws IOException {
        return attachments.store(actor, file.getBytes());
    }

    @GetMapping("/attachments/{id}")
    @Operation(summary = "A file's content, for its owner and those who may see its request")
    ResponseEntity<byte[]> download(
            @Parameter(hidden = true) @AuthenticationPrincipal Actor actor, @PathVariable UUID id) {
        Attachments.Content content = attachments.find(id).orElseThrow(() -> Problem.notFound("no-such-attachment"));
        if (!content.owner().equals(actor.username())) {
            if (content.requestCode() == null) {
                throw Problem.notFound("no-such-attachment");
            }
            audit.record(
                    "attachment.read",
                    content.requestCode(),
                    policy.require(actor, content.requestCode()).policy());
        }
        return ResponseEntity.ok()
                .contentType(MediaType.parseMediaType(content.mediaType()))
                .cacheControl(CacheControl.noStore())
                .header("X-Content-Type-Options", "nosniff")
                .body(content.bytes());
    }
}
