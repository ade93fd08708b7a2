package io.liudan.identity;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.apache.catalina.connector.ClientAbortException;

/**
 * An answer that is kept until it is whole, so that whoever reads it slowly keeps nobody's turn: in a {@link Spool}.
 */
final class HeldAnswer extends HttpServletResponseWrapper implements AutoCloseable {

    private static final int CHUNK = 8 * 1024;

    private final Path directory;
    private Spool body;
    private ServletOutputStream stream;
    private PrintWriter writer;

    /** @param directory of long answers */
    HeldAnswer(HttpServletResponse response, Path directory) {
        super(response);
        this.directory = directory;
        this.body = new Spool(directory);
    }

    /** Sends what is kept. Whoever reads it more slowly than the limits ask counts as gone. */
    void send(RateLimits.Pace least) throws IOException {
        if (writer != null) {
            writer.flush();
        }
        if (body.size() == 0) {
            return;
        }
        if (!isCommitted()) {
            setContentLengthLong(body.size());
        }
        Pace pace = new Pace(least);
        byte[] chunk = new byte[CHUNK];
        OutputStream out = getResponse().getOutputStream();
        try (InputStream in = body.read()) {
            for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                out.write(chunk, 0, read);
                pace.moved(read);
            }
        } catch (Pace.TooSlow gone) {
            throw new ClientAbortException(gone);
        }
    }

    @Override
    public void close() throws IOException {
        body.close();
    }

    private void forget() {
        try {
            close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        body = new Spool(directory);
        stream = null;
        writer = null;
    }

    @Override
    public ServletOutputStream getOutputStream() {
        if (stream == null) {
            stream = new Kept();
        }
        return stream;
    }

    @Override
    public PrintWriter getWriter() throws IOException {
        if (writer == null) {
            writer = new PrintWriter(new OutputStreamWriter(getOutputStream(), getCharacterEncoding()));
        }
        return writer;
    }

    /** Nothing is on its way before all of it is there. */
    @Override
    public void flushBuffer() {
        if (writer != null) {
            writer.flush();
        }
    }

    @Override
    public void reset() {
        forget();
        super.reset();
    }

    @Override
    public void resetBuffer() {
        forget();
        super.resetBuffer();
    }

    @Override
    public void sendError(int status) throws IOException {
        forget();
        super.sendError(status);
    }

    @Override
    public void sendError(int status, String message) throws IOException {
        forget();
        super.sendError(status, message);
    }

    @Override
    public void sendRedirect(String location) throws IOException {
        forget();
        super.sendRedirect(location);
    }

    private final class Kept extends ServletOutputStream {

        @Override
        public void write(int one) throws IOException {
            body.write(one);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            body.write(bytes, from, length);
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setWriteListener(WriteListener listener) {
            throw new UnsupportedOperationException("An answer that is kept is written at once");
        }
    }
}
