package io.liudan.embedded;

import io.liudan.problem.Problem;
import io.liudan.process.EngineClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Profile;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Moves the hub's clock, for demonstrations of deadlines. Administrators only; kept over restarts, as what was filed by
 * then is.
 */
@RestController
@Profile("embedded")
@RequestMapping("/embedded/clock")
class ClockController {

    private static final Logger LOG = LoggerFactory.getLogger(ClockController.class);

    private final EngineClock clock;
    private final Path kept;

    ClockController(EngineClock clock, EmbeddedProperties properties) throws IOException {
        this.clock = clock;
        this.kept = properties.resolve("clock");
        if (Files.exists(kept)) {
            clock.moveBy(Duration.parse(Files.readString(kept).strip()));
            LOG.warn(
                    "The hub's clock is {} ahead of the machine's, as it was moved before; DELETE /embedded/clock puts it back",
                    clock.ahead());
        }
    }

    /**
     * @param ahead how much the clock is ahead of the machine's
     * @param dueTimers timers that are due and haven't fired yet; they do within seconds
     */
    record Now(Instant now, Duration ahead, long dueTimers) {}

    @GetMapping
    Now now() {
        return new Now(clock.instant(), clock.ahead(), clock.dueTimers());
    }

    @PostMapping
    Now move(@RequestBody Map<String, String> body) throws IOException {
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
        Files.writeString(kept, clock.ahead().toString());
        return now();
    }

    @DeleteMapping
    Now back() throws IOException {
        clock.reset();
        Files.deleteIfExists(kept);
        return now();
    }
}
