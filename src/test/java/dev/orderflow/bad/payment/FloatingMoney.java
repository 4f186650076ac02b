package dev.orderflow.bad.payment;

public class FloatingMoney {

    public double amount() {
        return 0.1 + 0.2;
    }
}
