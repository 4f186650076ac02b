package dev.orderflow.browser;

import org.openqa.selenium.By;

/** Cockpit, with somebody logged in. */
final class Cockpit {

    static final By ORDER = By.cssSelector(".orderflow-order");

    private final Browser browser;
    private final int port;

    private Cockpit(Browser browser, int port) {
        this.browser = browser;
        this.port = port;
    }

    static Cockpit of(Browser browser, int port, String name) {
        Login.to(browser, port, "cockpit", name);
        return new Cockpit(browser, port);
    }

    /** Opens the page of a running process. */
    Cockpit instance(String id) {
        browser.see(By.cssSelector("[ng-view], .ctn-main, header"));
        browser.open("http://127.0.0.1:" + port + "/camunda/app/cockpit/default/#/process-instance/" + id + "/runtime");
        return this;
    }

    /** Waits until the diagram shows a token at this element. */
    Cockpit seeTokenAt(String element) {
        browser.read(By.cssSelector("[data-container-id=" + element + "] .instance-count"), "1");
        return this;
    }

    /** Opens the tab with the order. */
    Cockpit order() {
        browser.click(By.xpath("//a[normalize-space()='Order' and contains(@ng-click,'selectTab')]"));
        browser.see(ORDER);
        return this;
    }
}
