package dev.orderflow.bad.inventory;

import dev.orderflow.bad.payment.FloatingMoney;

class KnowsItsBuyersMoney {

    double paid(FloatingMoney money) {
        return money.amount();
    }
}
