package io.liudan.integration;

import io.liudan.integration.ExchangeLimits.Limited;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Future;
import org.apache.cxf.interceptor.Fault;
import org.apache.cxf.message.Message;
import org.apache.cxf.phase.AbstractPhaseInterceptor;
import org.apache.cxf.phase.Phase;

/** The limits of {@link ExchangeLimits} for calls over SOAP, whose client has no whole time-out either. */
final class SoapLimits {

    private static final String CONNECTION = "http.connection";
    private static final String DEADLINE = SoapLimits.class.getName() + ".deadline";
    private static final String END = SoapLimits.class.getName() + ".end";

    private SoapLimits() {}

    /** Starts the clock when the connection is there. */
    static final class Begin extends AbstractPhaseInterceptor<Message> {

        private final ExchangeLimits limits;
        private final Duration limit;

        Begin(ExchangeLimits limits, Duration limit) {
            super(Phase.PRE_STREAM);
            this.limits = limits;
            this.limit = limit;
        }

        @Override
        public void handleMessage(Message message) {
            try {
                limits.requireAllowed(URI.create(String.valueOf(message.get(Message.ENDPOINT_ADDRESS))));
            } catch (IOException e) {
                throw new Fault(e);
            }
            message.getExchange().put(DEADLINE, Instant.now().plus(limit));
            if (message.get(CONNECTION) instanceof HttpURLConnection connection) {
                message.getExchange().put(END, limits.after(limit, connection::disconnect));
            }
        }
    }

    /** Reads no further than the limits. */
    static final class Answer extends AbstractPhaseInterceptor<Message> {

        Answer() {
            super(Phase.RECEIVE);
        }

        @Override
        public void handleMessage(Message message) {
            InputStream answer = message.getContent(InputStream.class);
            if (answer == null || !(message.getExchange().get(DEADLINE) instanceof Instant deadline)) {
                return;
            }
            message.setContent(InputStream.class, new Limited(answer, ExchangeLimits.ANSWER_LIMIT, deadline) {

                @Override
                public void close() throws IOException {
                    if (message.getExchange().get(END) instanceof Future<?> end) {
                        end.cancel(false);
                    }
                    super.close();
                }
            });
        }
    }
}
