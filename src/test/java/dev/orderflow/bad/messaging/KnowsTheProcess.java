package dev.orderflow.bad.messaging;

import dev.orderflow.bad.process.CountInSqlDelegate;

class KnowsTheProcess {

    String name(CountInSqlDelegate delegate) {
        return delegate.toString();
    }
}
