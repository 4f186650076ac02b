package dev.orderflow.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The claim of one running process on a data directory; the operating system takes it back even from a killed one. */
final class RunningInstance {

    // Far behind the text, because some systems let nobody read a locked region.
    private static final long LOCKED_BYTE = Long.MAX_VALUE - 1;

    private final Path file;

    @SuppressWarnings("unused") // held until the process ends
    private final FileLock lock;

    private RunningInstance(Path file, FileLock lock) {
        this.file = file;
        this.lock = lock;
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
            FileLock lock = channel.tryLock(LOCKED_BYTE, 1, false);
            if (lock == null) {
                channel.close();
                throw new AlreadyRunning(directory, Files.readString(file).strip());
            }
            RunningInstance instance = new RunningInstance(file, lock);
            instance.describe("starting");
            return instance;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Leaves word for those who come later and find the directory taken. */
    void describe(String where) {
        try {
            Files.writeString(file, "process " + ProcessHandle.current().pid() + ", " + where + System.lineSeparator());
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
