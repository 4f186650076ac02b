package dev.orderflow.messaging;

import dev.orderflow.order.IllegalTransition;
import dev.orderflow.order.OrderExists;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.stereotype.Component;

/** Everything that counts as a lost race: what the database says, what the domain says, and what other packages add. */
@Component
public class LostRaces {

    private final List<LostRace> known;

    LostRaces(List<LostRace> others) {
        this.known = Stream.concat(Stream.<LostRace>of(LostRaces::inDatabase, LostRaces::inDomain), others.stream())
                .toList();
    }

    /** Whether another try, in a transaction of its own, can succeed. */
    public boolean lost(Throwable failure) {
        return Causes.of(failure).anyMatch(cause -> known.stream().anyMatch(race -> race.test(cause)));
    }

    private static boolean inDatabase(Throwable failure) {
        return failure instanceof ConcurrencyFailureException
                // SQLSTATE class 40: deadlock or serialization failure, where it comes untranslated
                || failure instanceof SQLException sql
                        && sql.getSQLState() != null
                        && sql.getSQLState().startsWith("40");
    }

    private static boolean inDomain(Throwable failure) {
        return failure instanceof IllegalTransition || failure instanceof OrderExists;
    }
}
