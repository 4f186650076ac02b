package dev.orderflow.security;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.regex.Pattern;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Stands before everything else. It gives every answer, also those of doors that do not exist, the headers a browser needs to do no
 * harm with it; the doors behind may say more. And it takes no path that can be read in two ways, so that whatever decides by the
 * path and whatever serves it have read the same.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 10)
class PlainRequests extends OncePerRequestFilter {

    private static final Pattern READ_IN_TWO_WAYS = Pattern.compile("(?i)//|;|\\\\|%2f|%5c|%2e|(^|/)\\.{1,2}(/|$)");

    private final Problems problems;

    PlainRequests(Problems problems) {
        this.problems = problems;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        SafeHeaders.put(response::setHeader);
        if (isHarmlessToKeep(request)) {
            response.setHeader("Cache-Control", null);
        }
        String path = request.getRequestURI();
        boolean inServlet = request.getPathInfo() != null;
        if (READ_IN_TWO_WAYS.matcher(path).find() || inServlet && !path.startsWith(request.getServletPath())) {
            problems.write(request, response, HttpStatus.BAD_REQUEST, "Send the path in its plain form");
            return;
        }
        chain.doFilter(request, response);
    }

    /** Pictures, styles and scripts of the web applications. */
    private static boolean isHarmlessToKeep(HttpServletRequest request) {
        String path = request.getRequestURI();
        return path.startsWith("/camunda/app/")
                || path.startsWith("/camunda/lib/")
                || path.startsWith("/camunda/assets/");
    }
}
