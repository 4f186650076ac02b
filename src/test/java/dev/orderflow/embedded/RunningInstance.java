package dev.orderflow.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The claim of one running process on a data directory; the operating system takes it back even from a killed one. */
final class RunningInstance implements AutoCloseable {

    // Far behind the text, because some systems let nobody read a locked region.
    private static final long LOCKED_BYTE = Long.MAX_VALUE - 1;

    private final FileChannel channel;

    private RunningInstance(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Claims the directory for this process.
     *
     * @throws AlreadyRunning if another process holds it
     */
    static RunningInstance claim(Path directory) {
        try {
            Files.createDirectories(directory);
            Path file = directory.resolve("running");
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (channel.tryLock(LOCKED_BYTE, 1, false) == null) {
                channel.close();
                throw new AlreadyRunning(directory, Files.readString(file).strip());
            }
            RunningInstance instance = new RunningInstance(channel);
            instance.describe("starting");
            return instance;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Leaves word for those who come later and find the directory taken. */
    void describe(String where) {
        String text = "process " + ProcessHandle.current().pid() + ", " + where + System.lineSeparator();
        try {
            // Through the locked channel: closing any other one on this file would give up the lock.
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Another process runs on the directory. */
    static final class AlreadyRunning extends RuntimeException {

        private static final long serialVersionUID = 1L;

        AlreadyRunning(Path directory, String who) {
            super("Orderflow already runs on " + directory + " (" + who + ").");
        }
    }
}
