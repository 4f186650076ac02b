package dev.orderflow.bad.payment;

import dev.orderflow.bad.web.Page;

class AsksTheWeb {

    String title(Page page) {
        return page.title();
    }
}
