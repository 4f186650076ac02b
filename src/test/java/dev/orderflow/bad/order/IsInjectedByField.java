package dev.orderflow.bad.order;

import java.time.Clock;
import org.springframework.beans.factory.annotation.Autowired;

class IsInjectedByField {

    @Autowired
    Clock clock;
}
