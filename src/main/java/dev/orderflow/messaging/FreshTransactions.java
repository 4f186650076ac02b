package dev.orderflow.messaging;

import java.time.Duration;
import java.util.function.Supplier;
import org.springframework.retry.support.RetryTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Runs work in a transaction of its own, and whoever loses a race does it over in a fresh one after a short random pause, so that it
 * sees what the winner left. Five attempts, then the failure is the caller's.
 */
@Component
class FreshTransactions {

    private static final int ATTEMPTS = 5;
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(5);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(50);

    private final TransactionTemplate transaction;
    private final RetryTemplate races;

    FreshTransactions(PlatformTransactionManager transactions, LostRaces lostRaces) {
        this.transaction = new TransactionTemplate(transactions);
        this.transaction.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
        this.races = RetryTemplate.builder()
                .maxAttempts(ATTEMPTS)
                .uniformRandomBackoff(SHORTEST_PAUSE, LONGEST_PAUSE)
                .retryOn(lostRaces::lost)
                .build();
    }

    /** One attempt, for those who do it otherwise the next time. */
    <T> T once(Supplier<T> work) {
        return transaction.execute(status -> work.get());
    }

    <T> T run(Supplier<T> work) {
        return races.execute(attempt -> transaction.execute(status -> work.get()));
    }
}
