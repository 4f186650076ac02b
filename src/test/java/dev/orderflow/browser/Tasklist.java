package dev.orderflow.browser;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;

/** Tasklist, with somebody logged in. */
final class Tasklist {

    static final By SHOWN = By.cssSelector(".orderflow-shown");
    static final By REFUSED = By.cssSelector(".orderflow-refused");
    static final By COMPLETE = By.cssSelector(".form-actions button[ng-click='complete()']");
    static final By DIALOG = By.cssSelector("dialog[open]");

    private static final String EVERYTHING = "searchQuery=%5B%5D";

    private final Browser browser;

    private Tasklist(Browser browser) {
        this.browser = browser;
    }

    static Tasklist of(Browser browser, int port, String name) {
        Login.to(browser, port, "tasklist", name, name + "'s password");
        return new Tasklist(browser);
    }

    /** Opens one of the lists at the left and searches it for a business key, as it may be longer than a page. */
    Tasklist list(String name, String businessKey) {
        browser.click(
                By.xpath("//section[contains(@class,'task-filters')]//*[normalize-space(text())='" + name + "']"));
        browser.see(By.xpath(
                "//div[contains(@class,'task-filter') and contains(@class,'active')]//*[normalize-space(text())='"
                        + name + "']"));
        String address = browser.address(EVERYTHING);
        String search = "[{\"type\":\"processInstanceBusinessKey\",\"operator\":\"eq\",\"value\":\"" + businessKey
                + "\",\"name\":\"\"}]";
        browser.open(address.replace(EVERYTHING, "searchQuery=" + URLEncoder.encode(search, StandardCharsets.UTF_8)));
        return this;
    }

    /** Looks an order up by its number, wherever it stands. */
    Tasklist find(String number) {
        browser.click(By.cssSelector("a.orderflow-find"));
        return findAnother(number);
    }

    Tasklist findAnother(String number) {
        browser.type(By.id("find-order"), number);
        browser.press(Keys.ENTER);
        browser.see(By.cssSelector("dialog .orderflow-order, dialog .alert"));
        return this;
    }

    /** Waits for the card of a task and says what is on it. */
    String card(String task) {
        browser.see(card(task, "//*[@class='orderflow-card' and normalize-space()]"));
        return browser.read(card(task, ""), task);
    }

    Tasklist open(String task) {
        browser.click(card(task, "//h4/a"));
        browser.see(By.cssSelector(".orderflow-shown .orderflow-order"));
        return this;
    }

    Tasklist claim() {
        browser.click(By.cssSelector("button.claim"));
        browser.see(By.cssSelector("fieldset:not([disabled])"));
        return this;
    }

    /** Completes the task and waits until it has left the list. */
    void complete(String task) {
        browser.click(COMPLETE);
        seeGone(task);
    }

    void answer(String button) {
        browser.click(By.xpath("//dialog[@class='orderflow-ask']//button[normalize-space()='" + button + "']"));
        browser.seeGone(By.cssSelector("dialog.orderflow-ask"));
    }

    /** Answers as somebody who wants no trouble. */
    void escape() {
        browser.see(DIALOG);
        browser.press(Keys.ESCAPE);
        browser.seeGone(DIALOG);
    }

    void seeGone(String task) {
        browser.seeGone(card(task, ""));
        browser.seeGone(SHOWN);
    }

    private static By card(String task, String within) {
        return By.xpath(
                "//section[contains(@class,'tasks-list')]//li[contains(@class,'task')][.//h4/a[normalize-space()='"
                        + task + "']]" + within);
    }
}
