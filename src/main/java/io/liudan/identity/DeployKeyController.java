package io.liudan.identity;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
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

/** Where designers make the keys of their Camunda Modeler, and take them back. */
@RestController
@RequestMapping("/api/v1/deploy-keys")
@Tag(name = "designer", description = "流程设计")
class DeployKeyController {

    private final DeployKeys keys;

    DeployKeyController(DeployKeys keys) {
        this.keys = keys;
    }

    /**
     * @param name what the designer calls the key
     * @param days how long it is good, 1 to 365; 365 when absent
     */
    record Wanted(String name, Integer days) {}

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(summary = "部署密钥 A key for Camunda Modeler; it is told here once and never again")
    DeployKeys.Made make(@Parameter(hidden = true) @AuthenticationPrincipal Actor actor, @RequestBody Wanted wanted) {
        return keys.make(actor, wanted.name(), wanted.days());
    }

    @GetMapping
    @Operation(summary = "The designer's own keys, the newest first; everybody's for administrators")
    List<DeployKeys.Line> list(@Parameter(hidden = true) @AuthenticationPrincipal Actor actor) {
        return keys.list(actor);
    }

    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(summary = "Takes a key back, at once")
    void revoke(@Parameter(hidden = true) @AuthenticationPrincipal Actor actor, @PathVariable long id) {
        keys.revoke(actor, id);
    }
}
