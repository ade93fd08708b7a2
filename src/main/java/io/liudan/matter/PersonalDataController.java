package io.liudan.matter;

import io.liudan.identity.Actor;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** A person's own data. */
@RestController
@RequestMapping("/api/v1")
@Tag(name = "me", description = "本人资料：查阅复制、删除（个人信息保护法第四十五、四十七条）")
class PersonalDataController {

    private final PersonalData data;

    PersonalDataController(PersonalData data) {
        this.data = data;
    }

    @GetMapping("/me/data")
    @Operation(summary = "A copy of all that the hub keeps of the caller")
    PersonalData.Copy copy(@Parameter(hidden = true) @AuthenticationPrincipal Actor actor) {
        return data.copy(actor);
    }

    @DeleteMapping("/me/data")
    @Operation(
            summary =
                    "Erases the caller's closed matters, and those that are still worked on when they are closed; figures stay as they are")
    PersonalData.Erasure erase(@Parameter(hidden = true) @AuthenticationPrincipal Actor actor) {
        return data.erase(actor);
    }

    @GetMapping("/households/{account}/data")
    @Operation(summary = "The same of somebody without a phone, for the desk that keeps their account")
    PersonalData.Copy copyOf(
            @Parameter(hidden = true) @AuthenticationPrincipal Actor actor, @PathVariable String account) {
        return data.copyOf(actor, account);
    }

    @DeleteMapping("/households/{account}/data")
    @Operation(summary = "Erases the same, by their wish")
    PersonalData.Erasure eraseOf(
            @Parameter(hidden = true) @AuthenticationPrincipal Actor actor, @PathVariable String account) {
        return data.eraseOf(actor, account);
    }
}
