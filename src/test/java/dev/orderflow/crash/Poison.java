package dev.orderflow.crash;

import dev.orderflow.world.Command;
import org.springframework.jdbc.core.simple.JdbcClient;

/** An order that kills whatever session writes it, every time: it must end as the one dead letter and block no other. */
final class Poison {

    private static final String ORDER_NO = "C-POISON";

    private final Command message;

    private Poison(Command message) {
        this.message = message;
    }

    static Poison in(Database database) {
        JdbcClient sql = database.sql();
        sql.sql("""
                        create function poison() returns trigger language plpgsql as
                        'begin perform pg_terminate_backend(pg_backend_pid()); return new; end'
                        """).update();
        sql.sql("""
                        create trigger poison before insert on orders for each row
                        when (new.order_no = '%s') execute function poison()
                        """.formatted(ORDER_NO)).update();
        return new Poison(Command.placeOrder(ORDER_NO, "crash-tea", 1));
    }

    Command message() {
        return message;
    }
}
