package dev.orderflow.process;

import dev.orderflow.messaging.LostRace;
import org.camunda.bpm.engine.OptimisticLockingException;
import org.springframework.stereotype.Component;

/** The engine's way to say that somebody else was faster. */
@Component
class OptimisticLock implements LostRace {

    @Override
    public boolean test(Throwable failure) {
        return failure instanceof OptimisticLockingException;
    }
}
