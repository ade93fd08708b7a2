package io.liudan.matter;

import io.liudan.identity.Actor;
import io.liudan.identity.Audit;
import io.liudan.problem.Problem;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.io.IOException;
import java.util.UUID;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartFile;

/** Photos and documents, before and after they belong to a matter. */
@RestController
@RequestMapping("/api/v1")
@Tag(name = "attachments", description = "照片和文件")
class AttachmentController {

    private final Attachments attachments;
    private final Sights sights;
    private final Audit audit;

    AttachmentController(Attachments attachments, Sights sights, Audit audit) {
        this.attachments = attachments;
        this.sights = sights;
        this.audit = audit;
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
    @Operation(summary = "A file's content, for its owner and those who may see its matter")
    ResponseEntity<byte[]> download(
            @Parameter(hidden = true) @AuthenticationPrincipal Actor actor, @PathVariable UUID id) {
        Attachments.Content content = attachments.find(id).orElseThrow(() -> Problem.notFound("no-such-attachment"));
        if (!content.owner().equals(actor.username())) {
            if (content.code() == null) {
                throw Problem.notFound("no-such-attachment");
            }
            audit.record(
                    "attachment.read",
                    content.code(),
                    sights.require(actor, content.code()).policy());
        }
        return ResponseEntity.ok()
                .contentType(MediaType.parseMediaType(content.mediaType()))
                .cacheControl(CacheControl.noStore())
                .header("X-Content-Type-Options", "nosniff")
                .body(content.bytes());
    }
}
