package dev.orderflow.review;

import dev.orderflow.order.OrderEvent;
import dev.orderflow.order.Orders;
import dev.orderflow.order.SqlTime;
import java.time.Clock;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** What buyers say of received orders, once for each order. */
@Repository
public class Reviews {

    private final JdbcClient jdbc;
    private final Clock clock;
    private final Orders orders;

    Reviews(JdbcClient jdbc, Clock clock, Orders orders) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.orders = orders;
    }

    /** Records the review. The comment may hold personal data and therefore stays out of the event. */
    public void submit(String orderNo, SubmitReview review) {
        orders.move(orderNo, OrderEvent.REVIEWED, Map.of("rating", review.rating()));
        jdbc.sql("""
                        insert into review (order_no, rating, comment, reviewed_at) values (:orderNo, :rating, :comment, :now)
                        """)
                .param("orderNo", orderNo)
                .param("rating", review.rating())
                .param("comment", review.comment())
                .param("now", SqlTime.of(clock.instant()))
                .update();
    }
}
