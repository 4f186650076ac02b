package dev.orderflow.bad.web;

import dev.orderflow.bad.process.CountInSqlDelegate;

public class Page {

    public String title() {
        return "Orders";
    }

    public String from(CountInSqlDelegate delegate) {
        return delegate.toString();
    }
}
