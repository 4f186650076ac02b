package dev.orderflow.bad.order;

import org.springframework.amqp.core.AmqpTemplate;

class KnowsTheBroker {

    void tell(AmqpTemplate broker) {
        broker.convertAndSend("order placed");
    }
}
