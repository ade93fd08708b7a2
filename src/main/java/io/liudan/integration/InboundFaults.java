package io.liudan.integration;

import org.apache.camel.Exchange;
import org.apache.camel.spi.ExceptionHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * What goes wrong while answers are fetched. Camel's own handler would log the words of exceptions, which may be those
 * of a message.
 */
@Component
class InboundFaults implements ExceptionHandler {

    private static final Logger LOG = LoggerFactory.getLogger(InboundFaults.class);

    @Override
    public void handleException(Throwable failure) {
        handleException(null, null, failure);
    }

    @Override
    public void handleException(String message, Throwable failure) {
        handleException(message, null, failure);
    }

    @Override
    public void handleException(String message, Exchange exchange, Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        LOG.warn(
                "Answers couldn't be fetched by {}: {}",
                exchange == null ? "a connector" : exchange.getFromRouteId(),
                root.getClass().getName());
    }
}
