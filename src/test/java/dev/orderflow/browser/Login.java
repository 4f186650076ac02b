package dev.orderflow.browser;

import java.util.Map;
import org.openqa.selenium.By;

/** The page that every one of the web applications starts with. */
final class Login {

    private static final By PASSWORD = By.cssSelector("input[type=password]");

    private Login() {}

    /** Logs in with the password that the tests give people. */
    static void to(Browser browser, int port, String application, String name) {
        String address = "http://127.0.0.1:" + port + "/camunda/app/" + application + "/default/";
        browser.forget();
        browser.open("about:blank"); // a change behind the # alone would load nothing
        browser.open(address);
        browser.fill(Map.of(By.cssSelector("input[type=text]"), name, PASSWORD, name + "'s password"));
        browser.click(By.cssSelector("button[type=submit]"));
        browser.seeGone(PASSWORD);
    }
}
