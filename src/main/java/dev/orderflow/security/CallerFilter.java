package dev.orderflow.security;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.util.Optional;
import org.springframework.http.HttpHeaders;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.context.SecurityContextRepository;
import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Finds out who is calling: by the {@code Authorization} header, or, where {@code sessions} matches, by the web applications'
 * session. It never touches that session: a new session id would throw out the person who is working in it.
 */
class CallerFilter extends OncePerRequestFilter {

    private final Callers callers;
    private final People people;
    private final RequestMatcher sessions;
    private final Problems problems;
    private final SecurityContextRepository contexts;

    CallerFilter(
            Callers callers,
            People people,
            RequestMatcher sessions,
            Problems problems,
            SecurityContextRepository contexts) {
        this.callers = callers;
        this.people = people;
        this.sessions = sessions;
        this.problems = problems;
        this.contexts = contexts;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        try {
            caller(request).ifPresent(caller -> remember(caller, request, response));
        } catch (AuthenticationException e) {
            problems.commence(request, response, e);
            return;
        }
        chain.doFilter(request, response);
    }

    private Optional<Caller> caller(HttpServletRequest request) {
        String header = request.getHeader(HttpHeaders.AUTHORIZATION);
        if (header != null) {
            return Optional.of(callers.of(header, request.getRemoteAddr()));
        }
        HttpSession session = sessions.matches(request) ? request.getSession(false) : null;
        return session == null ? Optional.empty() : people.inSession(session);
    }

    private void remember(Caller caller, HttpServletRequest request, HttpServletResponse response) {
        SecurityContext context = SecurityContextHolder.createEmptyContext();
        context.setAuthentication(caller.authenticated());
        SecurityContextHolder.setContext(context);
        contexts.saveContext(context, request, response);
    }
}
