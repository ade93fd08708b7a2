package io.liudan.identity;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** The security officers' door: the keys that personal data is sealed with, never the keys themselves. */
@RestController
@RequestMapping("/api/v1/data-keys")
@Tag(name = "data-keys", description = "密钥管理：查看、轮换")
class DataKeyController {

    private final DataKeys keys;
    private final Audit audit;

    DataKeyController(DataKeys keys, Audit audit) {
        this.keys = keys;
        this.audit = audit;
    }

    @GetMapping
    @Operation(summary = "Which keys there are, of what kind, and which master key wraps them")
    List<DataKeys.Description> list() {
        return keys.describe();
    }

    @PostMapping("/rotate")
    @Operation(summary = "密钥轮换 From now on new data is sealed with a new key; older keys open what they sealed")
    List<DataKeys.Description> rotate() {
        keys.rotate();
        audit.record("data-key.rotate", null, "security-officer");
        return keys.describe();
    }
}
