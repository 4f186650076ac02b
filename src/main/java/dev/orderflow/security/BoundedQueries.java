package dev.orderflow.security;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Lets no query of the engine's bring more rows into memory than {@link #MOST}. The engine refuses those that name no limit;
 * clients are used to leaving it out, so for them this names it.
 */
public class BoundedQueries extends OncePerRequestFilter {

    public static final int MOST = 2000;

    private static final String LIMIT = "maxResults=";

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        String query = request.getQueryString();
        return !EngineDoors.isEngine(request) || (query != null && query.contains(LIMIT));
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String query = request.getQueryString();
        chain.doFilter(
                new HttpServletRequestWrapper(request) {
                    @Override
                    public String getQueryString() {
                        return (query == null || query.isEmpty() ? "" : query + '&') + LIMIT + MOST;
                    }
                },
                response);
    }
}
