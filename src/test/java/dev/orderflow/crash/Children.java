package dev.orderflow.crash;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * The processes the kit has started, ended with it however it ends: a shell that outlives it by a moment kills those on its list as
 * soon as the pipe from the kit breaks.
 */
final class Children implements AutoCloseable {

    private static final String WATCH =
            "trap '' INT TERM HUP; cat >/dev/null; for p in $(cat \"$0\"); do kill -9 $p; done";

    private final Path list;
    private final Process watch;
    private final Set<ProcessHandle> running = ConcurrentHashMap.newKeySet();

    Children(Path directory) throws IOException {
        list = directory.resolve("children");
        write();
        watch = new ProcessBuilder("/bin/sh", "-c", WATCH, list.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    void add(ProcessHandle child) {
        running.add(child);
        write();
        child.onExit().thenRun(() -> {
            running.remove(child);
            write();
        });
    }

    private synchronized void write() {
        try {
            Files.writeString(
                    list,
                    running.stream()
                            .filter(ProcessHandle::isAlive)
                            .map(child -> child.pid() + "\n")
                            .collect(Collectors.joining()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Kills what still runs. */
    @Override
    public void close() throws IOException {
        running.forEach(ProcessHandle::destroyForcibly);
        watch.getOutputStream().close();
    }
}
