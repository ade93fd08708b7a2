package io.liudan.household;

import io.liudan.household.Registration.State;
import io.liudan.identity.Actor;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The doors of residents, who say where they live, and of the desks that know them. */
@RestController
@RequestMapping("/api/v1")
@Tag(name = "households", description = "住户登记：群众登记，网格员核实；无手机群众由岗位代管")
class HouseholdController {

    private final Households households;

    HouseholdController(Households households) {
        this.households = households;
    }

    /** As {@link Households.Claim}, before it is checked. */
    record Claimed(
            @NotBlank @Size(max = 50) String name,
            @NotNull String gridCode,
            @NotBlank @Size(max = 200) String address) {

        Households.Claim claim() {
            return new Households.Claim(name, gridCode, address);
        }
    }

    @GetMapping("/me/household")
    @Operation(summary = "What the resident has registered, and what the grid worker said")
    Registration own(@Parameter(hidden = true) @AuthenticationPrincipal Actor actor) {
        return households.own(actor.username());
    }

    @PutMapping("/me/household")
    @Operation(summary = "登记 The resident says who they are and where they live; the grid worker confirms it")
    Registration register(
            @Parameter(hidden = true) @AuthenticationPrincipal Actor actor, @Valid @RequestBody Claimed body) {
        return households.register(actor, body.claim());
    }

    @GetMapping("/households")
    @Operation(summary = "Who is registered in the grids of the reader's desks, what waits first; at most 200")
    List<Registration> list(
            @Parameter(hidden = true) @AuthenticationPrincipal Actor actor,
            @RequestParam(required = false) State state,
            @RequestParam(defaultValue = "false") boolean kept) {
        return households.list(actor, state, kept);
    }

    @GetMapping("/households/grids")
    @Operation(summary = "The grids that the reader's desks know")
    List<GridName> grids(@Parameter(hidden = true) @AuthenticationPrincipal Actor actor) {
        return households.grids(actor).stream()
                .map(grid -> new GridName(grid.code(), grid.name()))
                .toList();
    }

    record GridName(String code, String name) {}

    @PostMapping("/households")
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(summary = "代管 An account for somebody without a phone; requests are filed for it with onBehalfOf")
    Registration keep(
            @Parameter(hidden = true) @AuthenticationPrincipal Actor actor, @Valid @RequestBody Claimed body) {
        return households.keep(actor, body.claim());
    }

    /**
     * @param registeredAt as in the registration that was looked at
     * @param reason for a refusal
     */
    record Decision(Instant registeredAt, String reason) {}

    @PostMapping("/households/{account}/confirm")
    @Operation(summary = "核实 The grid worker knows them")
    Registration confirm(
            @Parameter(hidden = true) @AuthenticationPrincipal Actor actor,
            @PathVariable String account,
            @RequestBody Decision body) {
        return households.decide(actor, account, State.CONFIRMED, body.registeredAt(), null);
    }

    @PostMapping("/households/{account}/refuse")
    @Operation(summary = "退回 The grid worker doesn't, and says why")
    Registration refuse(
            @Parameter(hidden = true) @AuthenticationPrincipal Actor actor,
            @PathVariable String account,
            @RequestBody Decision body) {
        return households.decide(actor, account, State.REFUSED, body.registeredAt(), body.reason());
    }

    /** @param phone where the code is sent to */
    record Phone(String phone) {}

    /**
     * @param phone by which they sign in from now on
     * @param code that came there
     */
    record PhoneProof(String phone, String code) {}

    @PostMapping("/households/{account}/phone")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(summary = "Sends a code to the phone that somebody has now, whom the desk kept the account for")
    void code(
            @Parameter(hidden = true) @AuthenticationPrincipal Actor actor,
            @PathVariable String account,
            @RequestBody Phone body) {
        households.askForCode(actor, account, body.phone());
    }

    @PutMapping("/households/{account}/phone")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(summary = "移交 With the code that came there they sign in by it from now on")
    void handOver(
            @Parameter(hidden = true) @AuthenticationPrincipal Actor actor,
            @PathVariable String account,
            @RequestBody PhoneProof body) {
        households.handOver(actor, account, body.phone(), body.code());
    }
}
