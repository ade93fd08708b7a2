package io.liudan.identity;

import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Bytes that wait to be read: in memory up to {@link #IN_MEMORY}, more of them in a file whose name is gone as soon as
 * it is open (on Unix), so that nothing of it outlives this process.
 */
final class Spool extends OutputStream {

    private static final int IN_MEMORY = 128 * 1024;

    private final Path directory;
    private final ByteArrayOutputStream memory = new ByteArrayOutputStream();
    private FileChannel file;
    private OutputStream out = memory;
    private long size;

    /** @param directory of the file */
    Spool(Path directory) {
        this.directory = directory;
    }

    /** How many bytes were written. */
    long size() {
        return size;
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        if (file == null && size + length > IN_MEMORY) {
            file = FileChannel.open(
                    Files.createTempFile(directory, "answer-", null),
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.DELETE_ON_CLOSE);
            out = new BufferedOutputStream(Channels.newOutputStream(file));
            memory.writeTo(out);
            memory.reset();
        }
        out.write(bytes, from, length);
        size += length;
    }

    /** All that was written, from the beginning; nothing is written any more. */
    InputStream read() throws IOException {
        if (file == null) {
            return new ByteArrayInputStream(memory.toByteArray());
        }
        out.flush();
        file.position(0);
        return Channels.newInputStream(file);
    }

    @Override
    public void close() throws IOException {
        if (file != null) {
            file.close();
        }
    }
}
