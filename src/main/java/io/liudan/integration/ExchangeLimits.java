package io.liudan.integration;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
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

    private static final Duration LONGEST = Duration.ofMinutes(1);

    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("exchange-limits").factory());

    @Override
    public void configureHttpClient(HttpClientBuilder builder) {
        builder.addExecInterceptorFirst("limits", new Limits());
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
            Future<?> end = after(limit, scope.execRuntime::discardEndpoint);
            try {
                ClassicHttpResponse response = chain.proceed(request, scope);
                HttpEntity entity = response.getEntity();
                if (entity == null) {
                    end.cancel(false);
                } else {
                    response.setEntity(
                            new LimitedEntity(entity, end, Instant.now().plus(limit)));
                }
                return response;
            } catch (IOException | HttpException | RuntimeException e) {
                end.cancel(false);
                throw e;
            }
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

        Limited(InputStream in, int limit, Instant deadline) {
            super(in);
            this.limit = limit;
            this.deadline = deadline;
        }

        @Override
        public int read() throws IOException {
            int one = in.read();
            count(one < 0 ? 0 : 1);
            return one;
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            int some = in.read(into, from, length);
            count(Math.max(some, 0));
            return some;
        }

        private void count(int bytes) throws IOException {
            read += bytes;
            if (read > limit) {
                throw new IOException("The answer is longer than " + limit + " bytes");
            }
            if (Instant.now().isAfter(deadline)) {
                throw new IOException("The exchange took too long");
            }
        }
    }
}
