package dev.orderflow.messaging;

import java.io.IOException;
import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import java.util.Set;
import org.springframework.amqp.AmqpException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionSystemException;

/** Tells an outage, which passes, from a failure that the same message would meet every time. */
@Component
public class Outages {

    /** SQLSTATE classes: connection, rollback, lock not available, resources, operator (shutdown, failover), system. */
    private static final Set<String> PASSING = Set.of("08", "40", "55", "53", "57", "58");

    private static final String READ_ONLY = "25006"; // a server that is about to be replaced, or was

    private final LostRaces lostRaces;

    Outages(LostRaces lostRaces) {
        this.lostRaces = lostRaces;
    }

    /** Whether trying the same again later can succeed. */
    public boolean passes(Throwable failure) {
        return lostRaces.lost(failure) || isOutage(failure);
    }

    /** Whether the database or the broker was away: nobody's fault, and no attempt that counts. */
    public boolean isOutage(Throwable failure) {
        return Causes.of(failure).anyMatch(Outages::tellsOfOutage);
    }

    private static boolean tellsOfOutage(Throwable cause) {
        return cause instanceof TransientDataAccessException
                || cause instanceof RecoverableDataAccessException
                || cause instanceof DataAccessResourceFailureException
                || cause instanceof CannotCreateTransactionException
                || cause instanceof TransactionSystemException
                || cause instanceof SQLTransientException
                || cause instanceof SQLRecoverableException
                || cause instanceof AmqpException && cause.getCause() instanceof IOException
                || cause instanceof InterruptedException
                || cause instanceof OutOfMemoryError
                || cause instanceof SQLException sql && passes(sql.getSQLState());
    }

    private static boolean passes(String state) {
        return state != null
                && state.length() == 5
                && (PASSING.contains(state.substring(0, 2)) || state.equals(READ_ONLY));
    }
}
