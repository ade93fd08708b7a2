package io.liudan.identity;

import io.liudan.problem.Problem;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Lets no more calls be worked on at once than a node can: each waits for its turn, whoever came first goes first. It
 * is known by then who calls and that they may; and the body is there, so that nobody who sends slowly keeps a turn
 * from others. Reading a slow body costs a virtual thread and the bytes that have come, nothing else.
 */
@Component
public class Turns {

    /** Texts and decisions; a department's answer may bring its evidence along. */
    private static final int BODY_LIMIT = 512 * 1024;

    private static final int AGENCY_BODY_LIMIT = 16 * 1024 * 1024;
    private static final Set<String> BODIED = Set.of("POST", "PUT", "PATCH", "DELETE");
    private static final Duration RETRY = Duration.ofSeconds(5);

    private final RateLimits.Turns limits;
    private final Refusals refusals;
    private final Semaphore turns;
    private final ConcurrentMap<String, Integer> addresses = new ConcurrentHashMap<>();

    Turns(RateLimits limits, Refusals refusals) {
        this.limits = limits.turns();
        this.refusals = refusals;
        this.turns = new Semaphore(this.limits.atOnce(), true);
    }

    /** For security chains, behind the door. */
    public Filter filter() {
        return new InTurn();
    }

    private final class InTurn extends OncePerRequestFilter {

        @Override
        protected boolean shouldNotFilter(HttpServletRequest request) {
            return !CallLimits.counted(request);
        }

        @Override
        protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                throws ServletException, IOException {
            String address = String.valueOf(Addresses.network(request.getRemoteAddr()));
            boolean admitted = addresses.merge(address, 1, Integer::sum) <= limits.ofAddress();
            try {
                if (!admitted) {
                    throw Problem.tooMany("too-many-calls", RETRY);
                }
                HttpServletRequest whole = whole(request);
                if (!turns.tryAcquire(limits.patience().toMillis(), TimeUnit.MILLISECONDS)) {
                    throw Problem.unavailable(RETRY);
                }
                try {
                    chain.doFilter(whole, response);
                } finally {
                    turns.release();
                }
            } catch (Problem refused) {
                refusals.refuse(request, response, refused);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                refusals.refuse(request, response, Problem.unavailable(RETRY));
            } finally {
                addresses.computeIfPresent(address, (one, calls) -> calls == 1 ? null : calls - 1);
            }
        }
    }

    /** The call with all of its body; a caller who went away meanwhile is nobody's failure. */
    private static HttpServletRequest whole(HttpServletRequest request) {
        try {
            return read(request);
        } catch (IOException gone) {
            throw Problem.refusal(408, "body-too-slow");
        }
    }

    private static HttpServletRequest read(HttpServletRequest request) throws IOException {
        if (!BODIED.contains(request.getMethod())) {
            return request;
        }
        String type = request.getContentType();
        if (type != null && type.regionMatches(true, 0, "multipart/", 0, "multipart/".length())) {
            // Tomcat keeps the parts, in files where they are long; what is wrong with them the controller tells.
            try {
                request.getParts();
            } catch (IllegalStateException | IOException | ServletException broken) {
                return request;
            }
            return request;
        }
        return BufferedCall.read(
                request, Paths.of(request).startsWith("/integration/") ? AGENCY_BODY_LIMIT : BODY_LIMIT);
    }
}
