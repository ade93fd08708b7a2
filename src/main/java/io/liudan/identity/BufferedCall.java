package io.liudan.identity;

import io.liudan.problem.Problem;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/** A call whose body was read, up to a limit, and can be read again by whoever answers it. */
public final class BufferedCall extends HttpServletRequestWrapper {

    private final byte[] body;

    private BufferedCall(HttpServletRequest request, byte[] body) {
        super(request);
        this.body = body;
    }

    /**
     * @param limit in bytes
     * @throws Problem 413 where the body is longer
     * @throws IOException where it doesn't come, or more slowly than the limits ask
     */
    public static BufferedCall read(HttpServletRequest request, int limit) throws IOException {
        if (request instanceof BufferedCall known && known.body.length <= limit) {
            return known;
        }
        if (request.getContentLengthLong() > limit) {
            throw Problem.tooLarge("body-too-large", limit / 1024);
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        byte[] some = new byte[8192];
        ServletInputStream in = request.getInputStream();
        for (int read = in.read(some); read >= 0; read = in.read(some)) {
            body.write(some, 0, read);
            if (body.size() > limit) {
                throw Problem.tooLarge("body-too-large", limit / 1024);
            }
        }
        return new BufferedCall(request, body.toByteArray());
    }

    public byte[] body() {
        return body;
    }

    public boolean isEmpty() {
        return new String(body, StandardCharsets.UTF_8).isBlank();
    }

    @Override
    public ServletInputStream getInputStream() {
        ByteArrayInputStream again = new ByteArrayInputStream(body);
        return new ServletInputStream() {

            @Override
            public int read() {
                return again.read();
            }

            @Override
            public int read(byte[] into, int from, int length) {
                return again.read(into, from, length);
            }

            @Override
            public boolean isFinished() {
                return again.available() == 0;
            }

            @Override
            public boolean isReady() {
                return true;
            }

            @Override
            public void setReadListener(ReadListener listener) {
                throw new UnsupportedOperationException("The body is read already");
            }
        };
    }

    @Override
    public BufferedReader getReader() {
        return new BufferedReader(new InputStreamReader(getInputStream(), StandardCharsets.UTF_8));
    }
}
