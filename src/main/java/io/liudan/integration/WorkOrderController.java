package io.liudan.integration;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.liudan.identity.Actor;
import io.liudan.identity.Audit;
import io.liudan.matter.Attachments;
import io.liudan.problem.Problem;
import io.liudan.workorder.DepartmentOrders;
import io.liudan.workorder.DepartmentOrders.WorkOrder;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
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

/**
 * The door for departments' systems that would rather call the hub: OAuth2 client credentials, each sees its own work
 * orders alone.
 */
@RestController
@RequestMapping("/integration/v1")
@Tag(name = "work-orders", description = "部门系统接口：办理单")
class WorkOrderController {

    private static final int PAGE_LIMIT = 100;

    private final DepartmentOrders orders;
    private final WorkOrderDocuments documents;
    private final WorkOrderAnswers answers;
    private final Inbox inbox;
    private final Attachments attachments;
    private final AttachmentLinks links;
    private final Audit audit;
    private final ObjectMapper json;

    WorkOrderController(
            DepartmentOrders orders,
            WorkOrderDocuments documents,
            WorkOrderAnswers answers,
            Inbox inbox,
            Attachments attachments,
            AttachmentLinks links,
            Audit audit,
            ObjectMapper json) {
        this.orders = orders;
        this.documents = documents;
        this.answers = answers;
        this.inbox = inbox;
        this.attachments = attachments;
        this.links = links;
        this.audit = audit;
        this.json = json;
    }

    @GetMapping("/work-orders")
    @Operation(summary = "The caller's work orders, the newest first")
    WorkOrderDocument.Page list(
            @Parameter(hidden = true) @AuthenticationPrincipal Actor agency,
            @RequestParam(required = false) String status,
            @RequestParam(required = false) String cursor,
            @RequestParam(defaultValue = "50") int limit) {
        if (status != null && !status.matches("[A-Z]{1,20}")) {
            throw Problem.field("status", "malformed");
        }
        int size = Math.clamp(limit, 1, PAGE_LIMIT);
        List<WorkOrder> found = orders.list(department(agency), status, number(cursor), size + 1);
        List<WorkOrder> page = found.size() > size ? found.subList(0, size) : found;
        return new WorkOrderDocument.Page(
                page.stream().map(this::shown).toList(),
                found.size() > size ? Long.toString(page.getLast().id()) : null);
    }

    @GetMapping("/work-orders/{code}")
    @Operation(summary = "One work order, with its version as ETag")
    ResponseEntity<WorkOrderDocument> get(
            @Parameter(hidden = true) @AuthenticationPrincipal Actor agency, @PathVariable String code) {
        WorkOrderDocument document = shown(
                orders.find(department(agency), code).orElseThrow(() -> Problem.notFound("no-such-work-order", code)));
        return ResponseEntity.ok()
                .eTag(Integer.toString(document.version()))
                .cacheControl(CacheControl.noStore())
                .body(document);
    }

    @PostMapping(path = "/work-orders/{code}/{action}", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            summary =
                    "接单、退单、进展、延期、办结、解释: accept · return {reason} · progress {text} · extension {days, reason} · finish {report, evidence} · explain {explanation, plan}",
            description =
                    "Idempotency-Key is required; the same key with the same body gets the same answer. With If-Match the order has to be of that version.")
    @ApiResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = WorkOrderDocument.class)))
    ResponseEntity<String> answer(
            @Parameter(hidden = true) @AuthenticationPrincipal Actor agency,
            @PathVariable String code,
            @PathVariable String action,
            @RequestHeader(name = "Idempotency-Key", required = false) String key,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) String ifMatch,
            @RequestBody(required = false) Map<String, Object> body)
            throws JsonProcessingException {
        if (!WorkOrderAnswers.actions().contains(action)) {
            throw Problem.notFound("not-found");
        }
        Map<String, Object> fields = body == null ? Map.of() : body;
        // The order and the action of the address count, whatever the body calls so.
        Map<String, Object> whole = new TreeMap<>(fields);
        whole.putAll(Map.of("workOrder", code, "action", action));
        String answer = inbox.once(department(agency), key, json.writeValueAsString(whole), () -> documents
                .of(answers.apply(department(agency), code, action, fields, version(ifMatch)))
                .withoutContact());
        return ResponseEntity.ok()
                .contentType(MediaType.APPLICATION_JSON)
                .eTag(json.readTree(answer).path("version").asText())
                .cacheControl(CacheControl.noStore())
                .body(answer);
    }

    @GetMapping("/changes")
    @Operation(
            summary =
                    "What became of the caller's work orders, in order; ask again with since = next, nothing is passed over")
    WorkOrderDocument.Changes changes(
            @Parameter(hidden = true) @AuthenticationPrincipal Actor agency,
            @RequestParam(required = false) String since,
            @RequestParam(defaultValue = "50") int limit) {
        if (since != null && !since.matches("\\d{1,19}-\\d{1,18}")) {
            throw Problem.field("since", "malformed");
        }
        List<DepartmentOrders.Change> found =
                orders.changes(department(agency), since, Math.clamp(limit, 1, PAGE_LIMIT));
        return new WorkOrderDocument.Changes(
                found.stream()
                        .map(change -> new WorkOrderDocument.Change(
                                change.cursor(), change.kind(), change.at(), shown(change.order())))
                        .toList(),
                found.isEmpty() ? since : found.getLast().cursor());
    }

    @PostMapping(path = "/attachments", consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(summary = "Upload evidence for finish")
    Attachments.Stored upload(
            @Parameter(hidden = true) @AuthenticationPrincipal Actor agency, @RequestParam MultipartFile file)
            throws IOException {
        department(agency);
        return attachments.store(agency, file.getBytes());
    }

    @GetMapping("/attachments/{id}")
    @Operation(summary = "An attachment of a work order, by the link that came with it")
    ResponseEntity<byte[]> download(@PathVariable UUID id, @RequestParam long expires, @RequestParam String signature) {
        links.check(id, expires, signature);
        Attachments.Content content = attachments.find(id).orElseThrow(() -> Problem.notFound("no-such-attachment"));
        audit.record("attachment.read", content.code(), "signed-link");
        return ResponseEntity.ok()
                .contentType(MediaType.parseMediaType(content.mediaType()))
                .cacheControl(CacheControl.noStore())
                .header("X-Content-Type-Options", "nosniff")
                .body(content.bytes());
    }

    private WorkOrderDocument shown(WorkOrder order) {
        audit.record("work-order.read", order.requestCode(), "dept-" + order.department());
        return documents.of(order);
    }

    /** Clients of agencies are called {@code agency-<code>}. */
    private static String department(Actor agency) {
        if (!agency.is(Actor.Role.AGENCY) || !agency.username().startsWith("agency-")) {
            throw Problem.forbidden("forbidden");
        }
        return agency.username().substring("agency-".length());
    }

    private static Integer version(String ifMatch) {
        if (ifMatch == null || ifMatch.equals("*")) {
            return null;
        }
        try {
            return Integer.valueOf(ifMatch.replace("W/", "").replace("\"", "").strip());
        } catch (NumberFormatException e) {
            throw Problem.field("If-Match", "malformed");
        }
    }

    private static Long number(String cursor) {
        try {
            return cursor == null ? null : Long.valueOf(cursor);
        } catch (NumberFormatException e) {
            throw Problem.field("cursor", "malformed");
        }
    }
}
