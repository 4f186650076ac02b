package dev.orderflow.browser;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openqa.selenium.By;
import org.openqa.selenium.ElementClickInterceptedException;
import org.openqa.selenium.ElementNotInteractableException;
import org.openqa.selenium.Keys;
import org.openqa.selenium.NoSuchElementException;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.TimeoutException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.Select;
import org.openqa.selenium.support.ui.WebDriverWait;

/**
 * The machine's own Chromium without a window, driven by the machine's own driver; nothing is fetched. What it is asked to do it
 * does as soon as the page lets it, since both pages draw themselves again whenever they learn something.
 */
final class Browser implements AutoCloseable {

    private static final List<String> BROWSERS =
            List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome");
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Path SCREENSHOTS = Path.of("target", "screenshots");

    /** It warns of every Chromium newer than itself, for the sake of what nobody uses here. */
    private static final Logger DRIVER_LOG = Logger.getLogger("org.openqa.selenium");

    static {
        DRIVER_LOG.setLevel(Level.SEVERE);
    }

    private final ChromeDriver driver;

    private Browser(File browser, File driver) {
        ChromeOptions options = new ChromeOptions();
        options.setBinary(browser);
        options.addArguments(
                "--headless=new",
                "--window-size=1500,1143",
                "--lang=en-US",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1");
        if ("root".equals(System.getProperty("user.name"))) {
            options.addArguments("--no-sandbox"); // Chromium's own refuses to run as root
        }
        LoggingPreferences console = new LoggingPreferences();
        console.enable(LogType.BROWSER, Level.ALL);
        options.setCapability(ChromeOptions.LOGGING_PREFS, console);
        this.driver = new ChromeDriver(
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(driver)
                        .usingAnyFreePort()
                        .withEnvironment(Map.of("LANGUAGE", "en_US", "TZ", "UTC"))
                        .build(),
                options);
    }

    /** Whether this machine has a browser and a driver for it. */
    static boolean isHere() {
        return binary().isPresent() && onPath("chromedriver").isPresent();
    }

    /** The browser, or nothing where {@link #isHere} says so. */
    static Optional<Browser> find() {
        return binary().flatMap(browser -> onPath("chromedriver").map(driver -> new Browser(browser, driver)));
    }

    private static Optional<File> binary() {
        return BROWSERS.stream().flatMap(name -> onPath(name).stream()).findFirst();
    }

    private static Optional<File> onPath(String name) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .map(directory -> new File(directory, name))
                .filter(File::canExecute)
                .findFirst();
    }

    void open(String address) {
        driver.get(address);
    }

    /** The address as soon as it holds what is expected. */
    String address(String expected) {
        until("see " + expected, () -> driver.getCurrentUrl().contains(expected));
        return driver.getCurrentUrl();
    }

    /** Logs everybody out. */
    void forget() {
        driver.manage().deleteAllCookies();
    }

    void click(By what) {
        until("click on " + what, () -> {
            WebElement element = visible(what);
            if (element == null || !element.isEnabled()) {
                return false;
            }
            // Into the middle, as both pages have a foot that covers what has only just scrolled into view.
            driver.executeScript("arguments[0].scrollIntoView({block: 'center'})", element);
            element.click();
            return true;
        });
    }

    /** Clicks on what goes away by it, again where it was still moving into its place. */
    void clickAway(By what) {
        see(what);
        until("click " + what + " away", () -> {
            WebElement element = visible(what);
            if (element != null && element.isEnabled()) {
                element.click();
            }
            return visible(what) == null;
        });
    }

    /** Fills several fields in a page that may move the focus while somebody types. */
    void fill(Map<By, String> texts) {
        until("fill " + texts.keySet(), () -> {
            texts.forEach(this::type);
            return texts.entrySet().stream()
                    .allMatch(text -> value(text.getKey()).equals(text.getValue()));
        });
    }

    /** Replaces what the field holds. */
    void type(By field, String text) {
        until("type into " + field, () -> {
            WebElement element = visible(field);
            if (element == null || !element.isEnabled()) {
                return false;
            }
            element.clear();
            element.sendKeys(text);
            return true;
        });
    }

    void choose(By select, String option) {
        until("choose at " + select, () -> {
            WebElement element = visible(select);
            if (element == null || !element.isEnabled()) {
                return false;
            }
            new Select(element).selectByVisibleText(option);
            return true;
        });
    }

    /** Presses keys where the focus is. */
    void press(CharSequence... keys) {
        driver.switchTo().activeElement().sendKeys(keys);
    }

    /** Moves the focus forward with the tab key until it is there. */
    void tabTo(By what) {
        WebElement goal = see(what);
        for (int i = 0; i < 60; i++) {
            if (goal.equals(driver.switchTo().activeElement())) {
                return;
            }
            press(Keys.TAB);
        }
        throw new AssertionError("the tab key does not lead to " + what);
    }

    /** What is visible there, as soon as it is. */
    WebElement see(By what) {
        until("see " + what, () -> visible(what) != null);
        return driver.findElements(what).stream()
                .filter(WebElement::isDisplayed)
                .findFirst()
                .orElseThrow();
    }

    /** The text there, as soon as it holds what is expected. */
    String read(By where, String expected) {
        until("read \"" + expected + "\" at " + where, () -> {
            WebElement element = visible(where);
            return element != null && text(element).contains(expected);
        });
        return text(see(where));
    }

    /** The texts of all that is there now. */
    List<String> readAll(By what) {
        return driver.findElements(what).stream()
                .filter(WebElement::isDisplayed)
                .map(Browser::text)
                .toList();
    }

    void seeGone(By what) {
        until("see no more of " + what, () -> visible(what) == null);
    }

    /** Whether there is soon no more of it. */
    boolean goes(By what) {
        return soon(() -> visible(what) == null);
    }

    /** Whether it is soon there; where it is not, the output says what is. */
    boolean comes(By what) {
        boolean there = soon(() -> visible(what) != null);
        if (!there) {
            System.out.println("No " + what + " on " + driver.getCurrentUrl() + ", which " + state());
        }
        return there;
    }

    private boolean soon(Attempt attempt) {
        try {
            new WebDriverWait(driver, Duration.ofSeconds(5), Duration.ofMillis(100))
                    .ignoring(StaleElementReferenceException.class)
                    .until(now -> attempt.succeeds());
            return true;
        } catch (TimeoutException notYet) {
            return false;
        }
    }

    boolean isEnabled(By what) {
        return see(what).isEnabled();
    }

    String value(By field) {
        return String.valueOf(see(field).getDomProperty("value"));
    }

    @Nullable
    Object run(String script) {
        return driver.executeScript(script);
    }

    /** Kept in {@code target/screenshots}. */
    void photograph(String name) {
        try {
            Files.createDirectories(SCREENSHOTS);
            Files.write(SCREENSHOTS.resolve(name + ".png"), driver.getScreenshotAs(OutputType.BYTES));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        driver.quit();
    }

    private @Nullable WebElement visible(By what) {
        return driver.findElements(what).stream()
                .filter(WebElement::isDisplayed)
                .findFirst()
                .orElse(null);
    }

    /** Amounts are written with a space that breaks no line. */
    private static String text(WebElement element) {
        return element.getText().replace('\u00a0', ' ');
    }

    private void until(String what, Attempt attempt) {
        new WebDriverWait(driver, PATIENCE, Duration.ofMillis(100))
                .withMessage(() -> what + " on " + driver.getCurrentUrl() + ", which " + state())
                .ignoreAll(List.of(
                        StaleElementReferenceException.class,
                        NoSuchElementException.class,
                        ElementNotInteractableException.class,
                        ElementClickInterceptedException.class))
                .until(now -> attempt.succeeds());
    }

    /** What somebody would look at who is told that a page does not do what it should. */
    private String state() {
        Object text = driver.executeScript("return document.readyState + ', says ' + document.body.innerText");
        List<String> console = driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .map(LogEntry::getMessage)
                .toList();
        return "is " + text + "\nand logged " + console;
    }

    private interface Attempt {
        boolean succeeds();
    }
}
