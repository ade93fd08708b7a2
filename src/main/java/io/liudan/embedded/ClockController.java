package io.liudan.embedded;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

import io.liudan.problem.Problem;
import io.liudan.process.EngineClock;
import org.springframework.context.annotation.Profile;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Moves the hub's clock, for demonstrations of deadlines. Administrators only; the machine's time comes back at the next start. */
@RestController
@Profile("embedded")
@RequestMapping("/embedded/clock")
class ClockController {

    private final EngineClock clock;

    ClockController(EngineClock clock) {
        this.clock = clock;
    }

    record Now(Instant now) {
    }

    @GetMapping
    Now now() {
        return new Now(clock.instant());
    }

    @PostMapping
    Now move(@RequestBody Map<String, String> body) {
        try {
            if (body.get("advance") != null) {
                clock.moveTo(clock.instant().plus(Duration.parse(body.get("advance"))));
            } else if (body.get("to") != null) {
                clock.moveTo(Instant.parse(body.get("to")));
            } else {
                throw Problem.field("advance", "required");
            }
        } catch (DateTimeException e) {
            throw Problem.field(body.get("advance") != null ? "advance" : "to", "malformed");
        }
        return new Now(clock.instant());
    }
}
