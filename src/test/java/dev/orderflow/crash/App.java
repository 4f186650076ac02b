package dev.orderflow.crash;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The packaged application, laid out so that it starts soon: unpacked as the image has it, and with its classes in an archive, once a
 * node that runs has written one.
 */
final class App {

    private static final Path JDK = Path.of(System.getProperty("java.home"), "bin");
    private static final int LONGEST_SECONDS = 120;

    private final Path jar;
    private final Path archive;
    private final Path log;

    App(Path packaged, Path directory) throws IOException {
        Path unpacked = directory.resolve("app");
        this.jar = unpacked.resolve(packaged.getFileName());
        this.archive = unpacked.resolve("classes.jsa");
        this.log = directory.resolve("app.log");
        if (!run(
                Node.JAVA,
                "-Djarmode=tools",
                "-jar",
                packaged.toString(),
                "extract",
                "--destination",
                unpacked.toString())) {
            throw new IllegalStateException("the jar cannot be unpacked, see " + log);
        }
    }

    /** How a node starts it. */
    List<String> options() {
        String classes = Files.exists(archive) ? "-XX:SharedArchiveFile=" + archive : "-XX:+RecordDynamicDumpInfo";
        return List.of("-Xshare:auto", "-Xlog:cds=off", classes, "-jar", jar.toString());
    }

    /** Has this process write the archive; without one, nodes only start later. */
    void archive(long pid) throws IOException {
        if (!run(JDK.resolve("jcmd").toString(), String.valueOf(pid), "VM.cds", "dynamic_dump", archive.toString())) {
            Files.deleteIfExists(archive);
        }
    }

    private boolean run(String... command) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        try {
            if (process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
                return process.exitValue() == 0;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
        return false;
    }
}
