package io.liudan.matter;

import io.liudan.identity.Actor;
import io.liudan.problem.Problem;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

/** The door for every kind of matter. */
@RestController
@RequestMapping("/api/v1")
@Tag(name = "matters", description = "各类事项：发起、跟踪、办理中的操作")
class MatterController {

    /** Before the name of a field in a list's query. */
    private static final String FIELD = "field.";

    private final Kinds kinds;
    private final KindViews views;
    private final MatterForms forms;
    private final Intake intake;
    private final MatterReader reader;
    private final MatterMoves moves;
    private final KindMoves kindMoves;
    private final Notes notes;
    private final Sights sights;
    private final SimilarMatters similar;

    MatterController(
            Kinds kinds,
            KindViews views,
            MatterForms forms,
            Intake intake,
            MatterReader reader,
            MatterMoves moves,
            KindMoves kindMoves,
            Notes notes,
            Sights sights,
            SimilarMatters similar) {
        this.kinds = kinds;
        this.views = views;
        this.forms = forms;
        this.intake = intake;
        this.reader = reader;
        this.moves = moves;
        this.kindMoves = kindMoves;
        this.notes = notes;
        this.sights = sights;
        this.similar = similar;
    }

    @GetMapping("/kinds")
    @Operation(summary = "事项种类 The kinds that the caller may begin or work on, each with its form, way and moves")
    List<KindViews.KindView> kinds(@Parameter(hidden = true) @AuthenticationPrincipal Actor actor) {
        return views.of(actor);
    }

    @GetMapping("/kinds/{kind}")
    @Operation(summary = "One kind with its form, way and moves")
    KindViews.KindView kind(@Parameter(hidden = true) @AuthenticationPrincipal Actor actor, @PathVariable String kind) {
        return views.view(known(kind), actor);
    }

    /** @param reason why, in the caller's own words */
    record Reason(String reason) {}

    /** @param text what is said, in the caller's own words */
    record Words(String text) {}

    @PostMapping(path = "/matters/{kind}", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            summary =
                    "发起 Begins a matter; the body has the kind's fields by name, as GET /kinds/{kind} tells them. The same key and body again get the same answer")
    @ApiResponse(responseCode = "201", content = @Content(schema = @Schema(implementation = MatterView.class)))
    ResponseEntity<String> begin(
            @Parameter(hidden = true) @AuthenticationPrincipal Actor actor,
            @Parameter(required = true) @RequestHeader(name = "Idempotency-Key", required = false) String key,
            @PathVariable String kind,
            @RequestBody Map<String, Object> body) {
        Draft draft = forms.draft(known(kind), actor, body);
        String answer = intake.once(new Intake.Call(actor, "api", key), body, draft, reader::own);
        return ResponseEntity.status(HttpStatus.CREATED)
                .contentType(MediaType.APPLICATION_JSON)
                .body(answer);
    }

    private Kind known(String kind) {
        return kinds.find(kind).orElseThrow(() -> Problem.notFound("no-such-kind", kind));
    }

    @GetMapping("/matters/{code}")
    @Operation(summary = "跟踪 One matter with its timeline, current desk and deadline, as far as the caller may see it")
    MatterView get(@Parameter(hidden = true) @AuthenticationPrincipal Actor actor, @PathVariable String code) {
        return reader.get(actor, code);
    }

    @GetMapping("/matters")
    @Operation(
            summary =
                    "Matters that the caller may see, the newest first; field.NAME=value looks for what a kind's field holds, where its manifest says find")
    MatterView.Page list(
            @Parameter(hidden = true) @AuthenticationPrincipal Actor actor,
            @RequestParam(required = false) List<String> kind,
            @RequestParam(defaultValue = "false") boolean mine,
            @RequestParam(required = false) String status,
            @RequestParam(required = false) String q,
            @RequestParam(required = false) String cursor,
            @RequestParam(defaultValue = "20") int limit,
            @Parameter(hidden = true) @RequestParam Map<String, String> all) {
        Map<String, String> find = new LinkedHashMap<>();
        all.forEach((name, value) -> {
            if (name.startsWith(FIELD)) {
                find.put(name.substring(FIELD.length()), value);
            }
        });
        return reader.list(actor, new MatterReader.Query(kind, mine, status, q, find), cursor, limit);
    }

    @GetMapping("/matters/{code}/similar")
    @Operation(
            summary = "Likely duplicates of a matter, open ones of the same kind nearby, for the desks at work on it")
    List<SimilarMatters.Similar> similar(
            @Parameter(hidden = true) @AuthenticationPrincipal Actor actor, @PathVariable String code) {
        sights.requireOfficial(actor, code);
        return similar.of(code);
    }

    @PostMapping("/matters/{code}/unmask")
    @Operation(
            summary =
                    "查看原文 The matter as it was written, for its desks and supervision; the reason is kept in the audit log")
    MatterView unmask(
            @Parameter(hidden = true) @AuthenticationPrincipal Actor actor,
            @PathVariable String code,
            @RequestBody Reason body) {
        return reader.unmasked(actor, code, body.reason());
    }

    @PostMapping("/matters/{code}/comments")
    @Operation(summary = "备注 A note among the desks of a matter, shown to nobody else")
    @ResponseStatus(HttpStatus.CREATED)
    MatterView comment(
            @Parameter(hidden = true) @AuthenticationPrincipal Actor actor,
            @PathVariable String code,
            @RequestBody Words body) {
        notes.add(actor, code, body.text());
        return reader.get(actor, code);
    }

    @PostMapping("/matters/{code}/follow")
    @Operation(summary = "关注 Follow somebody else's matter, of a kind that lets followers see it")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void follow(@Parameter(hidden = true) @AuthenticationPrincipal Actor actor, @PathVariable String code) {
        moves.follow(actor, code);
    }

    @PostMapping("/matters/{code}/urge")
    @Operation(summary = "催办 Whoever began it urges")
    MatterView urge(@Parameter(hidden = true) @AuthenticationPrincipal Actor actor, @PathVariable String code) {
        moves.urge(actor, code);
        return reader.get(actor, code);
    }

    @PostMapping("/matters/{code}/{move}")
    @Operation(
            summary =
                    "A move that the kind's manifest declares, for example supplement; the body has its fields, as GET /kinds/{kind} tells them")
    MatterView move(
            @Parameter(hidden = true) @AuthenticationPrincipal Actor actor,
            @PathVariable String code,
            @PathVariable String move,
            @RequestBody(required = false) Map<String, Object> body) {
        kindMoves.make(actor, code, move, body == null ? Map.of() : body);
        return reader.get(actor, code);
    }
}
