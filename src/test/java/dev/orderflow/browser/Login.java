package dev.orderflow.browser;

import java.util.Map;
import org.openqa.selenium.By;

/** The page that every one of the web applications starts with. */
final class Login {

    private static final By PASSWORD = By.cssSelector("input[type=password]");

    private Login() {}

    static void to(Browser browser, int port, String application, String name, String password) {
        String address = "http://127.0.0.1:" + port + "/camunda/app/" + application + "/default/";
        browser.forget();
        browser.open("about:blank"); // a change behind the # alone would load nothing
        browser.open(address);
        if (!browser.comes(PASSWORD)) { // once in thousands the page stays empty, and people load it again
            browser.open("about:blank");
            browser.open(address);
        }
        Map<By, String> credentials = Map.of(By.cssSelector("input[type=text]"), name, PASSWORD, password);
        int tries = 3;
        do { // the page draws itself once more while it loads, and what was typed is gone
            browser.fill(credentials);
            browser.click(By.cssSelector("button[type=submit]"));
        } while (!browser.goes(PASSWORD) && --tries > 0);
        browser.seeGone(PASSWORD);
    }
}
