package io.liudan.integration;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecChainHandler;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.io.entity.HttpEntityWrapper;
import org.springframework.stereotype.Component;

/**
 * How long a whole exchange with a department's system may take and how long its answer may be; in routes
 * {@code httpClientConfigurer=#exchangeLimits}. The client's own time-outs count from byte to byte: a peer that sends
 * one now and then would hold a thread for as long as it likes. The limit is the endpoint's {@code responseTimeout},
 * from the first byte sent to the last one read.
 */
@Component
class ExchangeLimits implements HttpClientConfigurer {

    /** A receipt, or a page of answers with small files. */
    static final int ANSWER_LIMIT = 2 * 1024 * 1024;

    private static final int HTTP = 80;
    private static final int HTTPS = 443;
    private static final Duration TICK = Duration.ofMillis(20);
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("exchange-limits").factory());

    private final Addresses addresses;

    ExchangeLimits(Addresses addresses) {
        this.addresses = addresses;
    }

    @Override
    public void configureHttpClient(HttpClientBuilder builder) {
        builder.addExecInterceptorFirst("limits", new Limits());
        // A connection that the other side has closed meanwhile would cost an order one of its attempts; orders are
        // few.
        builder.setConnectionReuseStrategy((request, response, context) -> false);
    }

    /** @throws Addresses.Refused when an address may not be called */
    void requireAllowed(URI address) throws Addresses.Refused {
        int port = address.getPort() >= 0 ? address.getPort() : "https".equals(address.getScheme()) ? HTTPS : HTTP;
        addresses.require(address.getHost(), port);
    }

    /** Does something at the end of a limit, unless it is cancelled before. */
    Future<?> after(Duration limit, Runnable end) {
        return clock.schedule(end, limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    private final class Limits implements ExecChainHandler {

        @Override
        public ClassicHttpResponse execute(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
                throws IOException, HttpException {
            RequestConfig config = scope.clientContext.getRequestConfigOrDefault();
            Duration limit = config.getResponseTimeout() == null
                            || config.getResponseTimeout().isDisabled()
                    ? LONGEST
                    : config.getResponseTimeout().toDuration();
            // Closes the connection under whoever is reading from it.
            // What its name stands for may have changed since the file was looked at.
            addresses.require(
                    scope.route.getTargetHost().getHostName(),
                    scope.route.getTargetHost().getPort());
            Instant deadline = Instant.now().plus(limit);
            Future<?> end = after(limit, scope.execRuntime::discardEndpoint);
            try {
                ClassicHttpResponse response = chain.proceed(request, scope);
                HttpEntity entity = response.getEntity();
                if (entity == null) {
                    end.cancel(false);
                } else {
                    response.setEntity(new LimitedEntity(entity, end, deadline));
                }
                return response;
            } catch (IOException | HttpException | RuntimeException e) {
                end.cancel(false);
                if (over(deadline)) {
                    throw new TooMuch(TooMuch.TIME);
                }
                throw e;
            }
        }
    }

    /** The timer that closes a connection may be a little ahead. */
    private static boolean over(Instant deadline) {
        return Instant.now().plus(TICK).isAfter(deadline);
    }

    /** A whole exchange took longer, or its answer was longer, than is waited for or read. */
    static final class TooMuch extends IOException {

        static final String TIME = "timeout";
        static final String SIZE = "too-long";

        private final String code;

        TooMuch(String code) {
            super(code);
            this.code = code;
        }

        /** {@link #TIME} or {@link #SIZE}. */
        String code() {
            return code;
        }
    }

    private static final class LimitedEntity extends HttpEntityWrapper {

        private final Future<?> end;
        private final Instant deadline;

        LimitedEntity(HttpEntity entity, Future<?> end, Instant deadline) {
            super(entity);
            this.end = end;
            this.deadline = deadline;
        }

        @Override
        public InputStream getContent() throws IOException {
            return new Limited(super.getContent(), ANSWER_LIMIT, deadline) {

                @Override
                public void close() throws IOException {
                    end.cancel(false);
                    super.close();
                }
            };
        }

        @Override
        public void writeTo(OutputStream out) throws IOException {
            try (InputStream in = getContent()) {
                in.transferTo(out);
            }
        }

        @Override
        public boolean isRepeatable() {
            return false;
        }
    }

    /** A stream that ends with an error behind so many bytes, or after so long. */
    static class Limited extends FilterInputStream {

        private final int limit;
        private final Instant deadline;
        private long read;
        private boolean beyond;

        Limited(InputStream in, int limit, Instant deadline) {
            super(in);
            this.limit = limit;
            this.deadline = deadline;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            int some;
            try {
                some = in.read(into, from, length);
            } catch (IOException e) {
                // Closed under the reader's hands when its time was over.
                throw over(deadline) ? new TooMuch(TooMuch.TIME) : e;
            }
            read += Math.max(some, 0);
            if (read > limit) {
                beyond = true;
                throw new TooMuch(TooMuch.SIZE);
            }
            if (over(deadline)) {
                throw new TooMuch(TooMuch.TIME);
            }
            return some;
        }

        /** What a connection says that is given up in the middle hides why it was given up. */
        @Override
        public void close() throws IOException {
            try {
                super.close();
            } catch (IOException e) {
                if (!beyond) {
                    throw e;
                }
            }
        }
    }
}
