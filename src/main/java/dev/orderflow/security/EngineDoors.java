package dev.orderflow.security;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What of the engine's API is open, at {@code /engine-rest} and behind the web applications alike. The engine's authorizations
 * are too coarse for this: whoever may correlate a message may also rewrite the variables of an order or move its token.
 */
final class EngineDoors {

    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");

    private static final Pattern SETUP =
            Pattern.compile("(?i)/camunda/+(api/+admin/+setup|app/+admin/+[^/]+/+setup)(/.*)?");

    /** The web applications' API described: the engine's own libraries do so for whoever asks, and nobody needs it. */
    private static final Pattern DESCRIPTION = Pattern.compile("(?i)/camunda/api/(.*/)?application\\.wadl(/.*)?");

    private static final Pattern ENGINE =
            Pattern.compile("(?i)/(?:engine-rest|camunda/+api/+engine)/+(?:engine/+[^/]+/+)?(?<resource>.*)");

    /** Models come with the application and are changed with it. */
    private static final Pattern DEPLOYMENT = Pattern.compile("(?i)deployment(/.*)?");

    /** Writing past a task's form: its process's variables, and handing it back with some (Tasklist does neither). */
    private static final Pattern BESIDE_THE_FORM = Pattern.compile(
            "task/+[^/]+/+((?i)variables|localVariables|delegate|resolve|bpmnError|bpmnEscalation)(/.*)?");

    /** Working on tasks and filters, telling an order something, changing one's own password, and queries too long for a GET. */
    private static final Pattern EVERYDAY = Pattern.compile(
            "message|task(/.*)?|filter(/.*)?|user/[^/]+/(profile|credentials)"
                    + "|(process-definition|process-instance|execution|variable-instance|event-subscription|job|job-definition"
                    + "|external-task|history/(task|process-instance|activity-instance|variable-instance|detail|incident))(/count)?");

    private EngineDoors() {}

    /** Closed to everybody: the page that makes a first administrator, deploying, and descriptions of the inside. */
    static boolean isClosed(HttpServletRequest request) {
        String path = path(request);
        boolean described = DESCRIPTION.matcher(path).matches()
                || request.getMethod().equals("OPTIONS") && path.startsWith("/camunda/api/");
        if (described || SETUP.matcher(path).matches()) {
            return true;
        }
        Matcher engine = ENGINE.matcher(path);
        return engine.matches()
                && DEPLOYMENT.matcher(engine.group("resource")).matches()
                && !READING.contains(request.getMethod());
    }

    /** Open to administrators only: everything that changes what runs without going through a message or a task. */
    static boolean isForAdministrators(HttpServletRequest request) {
        Matcher engine = ENGINE.matcher(path(request));
        return engine.matches()
                && !READING.contains(request.getMethod())
                && (!EVERYDAY.matcher(engine.group("resource")).matches()
                        || BESIDE_THE_FORM.matcher(engine.group("resource")).matches());
    }

    static boolean isEngine(HttpServletRequest request) {
        return ENGINE.matcher(path(request)).matches();
    }

    static boolean isInWebApplications(HttpServletRequest request) {
        return path(request).startsWith("/camunda/");
    }

    /** Decoded by the server, so that no spelling of a letter gets around a pattern. */
    private static String path(HttpServletRequest request) {
        String inServlet = request.getPathInfo();
        return inServlet == null ? request.getServletPath() : request.getServletPath() + inServlet;
    }
}
