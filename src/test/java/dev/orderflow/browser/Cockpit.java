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

    static Cockpit of(Browser browser, int port, String name, String password) {
        Login.to(browser, port, "cockpit", name, password);
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
        tab("Order");
        browser.see(ORDER);
        return this;
    }

    /** Has the failed job of the incident in view tried again. */
    void retry() {
        browser.click(By.cssSelector("tbody tr .glyphicon-repeat"));
        confirm("Retry");
    }

    void suspend() {
        browser.click(By.cssSelector(".btn-toolbar .glyphicon-pause"));
        confirm("Suspend");
    }

    void activate() {
        browser.click(By.cssSelector(".btn-toolbar .glyphicon-play"));
        confirm("Activate");
    }

    private void confirm(String button) {
        browser.clickAway(
                By.xpath("//*[contains(@class,'modal-content')]//button[normalize-space()='" + button + "']"));
        browser.click(
                By.xpath("//*[contains(@class,'modal-content')]//button[translate(normalize-space(),'k','K')='OK']"));
        browser.seeGone(By.cssSelector(".modal-content"));
    }

    void tab(String name) {
        browser.click(By.xpath("//a[normalize-space()='" + name + "' and contains(@ng-click,'selectTab')]"));
    }
}
