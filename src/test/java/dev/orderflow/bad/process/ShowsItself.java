package dev.orderflow.bad.process;

import dev.orderflow.bad.web.Page;

/** Its package and that of the page know each other. */
class ShowsItself {

    String title(Page page) {
        return page.title();
    }
}
