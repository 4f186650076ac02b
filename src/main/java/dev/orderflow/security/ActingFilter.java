package dev.orderflow.security;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.web.filter.OncePerRequestFilter;

/** Tells the engine in whose name its REST API is asked, so that its own authorizations decide what is seen and done. */
class ActingFilter extends OncePerRequestFilter {

    private final People people;
    private final RequestMatcher engine;

    ActingFilter(People people, RequestMatcher engine) {
        this.people = people;
        this.engine = engine;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return !engine.matches(request);
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
        if (authentication == null || !(authentication.getPrincipal() instanceof Caller caller)) {
            throw new IllegalStateException("the engine's REST API was reached by nobody");
        }
        people.actAs(caller);
        try {
            chain.doFilter(request, response);
        } finally {
            people.actAsNobody();
        }
    }
}
