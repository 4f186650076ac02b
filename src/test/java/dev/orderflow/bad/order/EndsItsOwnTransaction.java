package dev.orderflow.bad.order;

import org.springframework.transaction.annotation.Transactional;

class EndsItsOwnTransaction {

    @Transactional
    void place() {}
}
