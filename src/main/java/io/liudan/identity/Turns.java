package io.liudan.identity;

import io.liudan.problem.Problem;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.springframework.context.i18n.LocaleContext;
import org.springframework.context.i18n.LocaleContextHolder;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.security.concurrent.DelegatingSecurityContextCallable;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.stereotype.Component;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Lets no more calls be worked on at once than a node can: each waits for its turn, whoever came first goes first. It
 * is known by then who calls and that they may; the body is there, and the answer is sent when the turn is over, so
 * that nobody who sends or reads slowly keeps a turn from others. That costs a virtual thread and the bytes that have
 * come, nothing else. The work itself is done by a thread of the system's, which many short waits for the database cost
 * less, and which gives way to others in the middle of heavy work.
 */
@Component
public class Turns {

    /** Texts and decisions; a department's answer may bring its evidence along. */
    private static final int BODY_LIMIT = 512 * 1024;

    private static final int AGENCY_BODY_LIMIT = 16 * 1024 * 1024;
    private static final Set<String> BODIED = Set.of("POST", "PUT", "PATCH", "DELETE");
    private static final Duration RETRY = Duration.ofSeconds(5);

    private final RateLimits.Turns limits;
    private final RateLimits.Pace pace;
    private final Refusals refusals;
    private final Semaphore turns;
    /** As many as there are turns, since nobody comes without one. */
    private final ExecutorService workers = Executors.newCachedThreadPool(
            Thread.ofPlatform().name("turn-", 0).daemon().factory());

    private final ConcurrentMap<String, Integer> addresses = new ConcurrentHashMap<>();

    Turns(RateLimits limits, Refusals refusals, MeterRegistry meters) {
        this.limits = limits.turns();
        this.pace = limits.pace();
        this.refusals = refusals;
        this.turns = new Semaphore(this.limits.atOnce(), true);
        Gauge.builder("liudan.turns.free", turns, Semaphore::availablePermits)
                .description("Calls that could be worked on at once, beside those that are")
                .register(meters);
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
            try (HeldAnswer answer = new HeldAnswer(response, temporary(request))) {
                if (!admitted) {
                    throw Problem.tooMany("too-many-calls", RETRY);
                }
                HttpServletRequest whole = whole(request);
                if (!turns.tryAcquire(limits.patience().toMillis(), TimeUnit.MILLISECONDS)) {
                    throw Problem.unavailable(RETRY);
                }
                try {
                    work(chain, whole, answer);
                } finally {
                    turns.release();
                }
                answer.send(pace);
            } catch (Problem refused) {
                refusals.refuse(request, response, refused);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                refusals.refuse(request, response, Problem.unavailable(RETRY));
            } finally {
                addresses.computeIfPresent(address, (one, calls) -> calls == 1 ? null : calls - 1);
            }
        }

        private void work(FilterChain chain, HttpServletRequest request, HttpServletResponse answer)
                throws ServletException, IOException, InterruptedException {
            RequestAttributes call = RequestContextHolder.getRequestAttributes();
            LocaleContext locale = LocaleContextHolder.getLocaleContext();
            Callable<Void> work = () -> {
                RequestContextHolder.setRequestAttributes(call);
                LocaleContextHolder.setLocaleContext(locale);
                try {
                    chain.doFilter(request, answer);
                } finally {
                    RequestContextHolder.resetRequestAttributes();
                    LocaleContextHolder.resetLocaleContext();
                }
                return null;
            };
            try {
                workers.submit(DelegatingSecurityContextCallable.create(work, SecurityContextHolder.getContext()))
                        .get();
            } catch (ExecutionException e) {
                switch (e.getCause()) {
                    case IOException io -> throw io;
                    case ServletException servlet -> throw servlet;
                    case RuntimeException fault -> throw fault;
                    case Error fault -> throw fault;
                    default -> throw new ServletException(e.getCause());
                }
            }
        }
    }

    private static Path temporary(HttpServletRequest request) {
        return ((File) request.getServletContext().getAttribute(ServletContext.TEMPDIR)).toPath();
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
                if (NestedExceptionUtils.getRootCause(broken) instanceof Pace.TooSlow slow) {
                    throw slow;
                }
            }
            return request;
        }
        return BufferedCall.read(
                request, Paths.of(request).startsWith("/integration/") ? AGENCY_BODY_LIMIT : BODY_LIMIT);
    }
}
