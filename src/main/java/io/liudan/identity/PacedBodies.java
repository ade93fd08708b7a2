package io.liudan.identity;

import jakarta.servlet.ServletException;
import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.apache.coyote.InputBuffer;
import org.apache.tomcat.util.net.ApplicationBufferHandler;

/** Breaks off the body of a peer that sends it more slowly than the limits ask, whoever reads it. */
final class PacedBodies extends ValveBase {

    private final RateLimits.Pace least;

    PacedBodies(RateLimits.Pace least) {
        super(true);
        this.least = least;
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        org.apache.coyote.Request wire = request.getCoyoteRequest();
        InputBuffer plain = wire.getInputBuffer();
        wire.setInputBuffer(new Paced(plain));
        try {
            getNext().invoke(request, response);
        } finally {
            // The connection's next call begins with a pace of its own.
            wire.setInputBuffer(plain);
        }
    }

    private final class Paced implements InputBuffer {

        private final InputBuffer body;
        private Pace pace;

        Paced(InputBuffer body) {
            this.body = body;
        }

        @Override
        public int doRead(ApplicationBufferHandler handler) throws IOException {
            if (pace == null) {
                pace = new Pace(least);
            }
            int read = body.doRead(handler);
            pace.moved(Math.max(0, read));
            return read;
        }

        @Override
        public int available() {
            return body.available();
        }
    }
}
