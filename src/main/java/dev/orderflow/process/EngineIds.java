package dev.orderflow.process;

import java.util.concurrent.atomic.AtomicLong;
import org.camunda.bpm.engine.impl.cfg.IdGenerator;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The ids of what the engine writes: the number of this start of the application, which no other has, and a count, as {@code 1f-0002s4k0}.
 * A third as long as the engine's own, of which every row holds five and every row's indexes two or three; and one comes after the other,
 * so that an index grows at its end.
 */
@Component
@DependsOnDatabaseInitialization
class EngineIds implements IdGenerator {

    private static final int DIGITS = 8;

    private final String run;
    private final AtomicLong count = new AtomicLong();

    EngineIds(JdbcClient jdbc) {
        run = Long.toString(
                jdbc.sql("select nextval('engine_run')").query(Long.class).single(), Character.MAX_RADIX);
    }

    @Override
    public String getNextId() {
        String number = Long.toString(count.incrementAndGet(), Character.MAX_RADIX);
        return run + "-" + "0".repeat(Math.max(0, DIGITS - number.length())) + number;
    }
}
