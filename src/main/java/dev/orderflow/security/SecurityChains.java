package dev.orderflow.security;

import static dev.orderflow.security.Groups.ADMIN;
import static dev.orderflow.security.Groups.FINANCE;
import static dev.orderflow.security.Groups.INTEGRATION;
import static dev.orderflow.security.Groups.MONITORING;
import static dev.orderflow.security.Groups.SERVICE;
import static dev.orderflow.security.Groups.WAREHOUSE;
import static org.springframework.http.HttpMethod.GET;
import static org.springframework.http.HttpMethod.HEAD;
import static org.springframework.http.HttpMethod.POST;
import static org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher.withDefaults;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.annotation.web.configurers.SessionManagementConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.security.web.authentication.AnonymousAuthenticationFilter;
import org.springframework.security.web.context.RequestAttributeSecurityContextRepository;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter.ReferrerPolicy;
import org.springframework.security.web.util.matcher.OrRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.util.unit.DataSize;

/**
 * The doors, tried in this order: what is closed for good, the machines' APIs, operations, documentation, the web applications,
 * and everything else, which is closed. Paths are matched whole: matchers made from plain strings look inside a servlet and never
 * see the engine's.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(Accounts.Settings.class)
class SecurityChains {

    private static final String[] READERS = {INTEGRATION, SERVICE, WAREHOUSE, FINANCE, ADMIN};

    private final Callers callers;
    private final People people;
    private final Problems problems;
    private final DataSize maxBody;

    SecurityChains(
            Callers callers, People people, Problems problems, @Value("${orderflow.max-body:1MB}") DataSize maxBody) {
        this.callers = callers;
        this.people = people;
        this.problems = problems;
        this.maxBody = maxBody;
    }

    @Bean
    @Order(1)
    SecurityFilterChain closedDoors(HttpSecurity http) throws Exception {
        return http.securityMatcher(request -> EngineDoors.isClosed(request) || isBeyondAnOperator(request))
                .authorizeHttpRequests(requests -> requests.anyRequest().denyAll())
                .csrf(AbstractHttpConfigurer::disable)
                .sessionManagement(SecurityChains::none)
                .exceptionHandling(no -> no.accessDeniedHandler(problems)
                        .authenticationEntryPoint((request, response, e) ->
                                problems.write(request, response, HttpStatus.FORBIDDEN, "This is not open")))
                .build();
    }

    @Bean
    @Order(2)
    SecurityFilterChain machineDoors(HttpSecurity http) throws Exception {
        RequestMatcher engine = path("/engine-rest/**");
        RequestMatcher reads = reading("/api/**");
        return machines(http.securityMatcher(any(engine, path("/api/**"))), reads)
                .authorizeHttpRequests(requests -> requests.requestMatchers(path(POST, "/api/commands"))
                        .hasAnyAuthority(INTEGRATION, SERVICE, WAREHOUSE, FINANCE)
                        .requestMatchers(
                                path("/api/dead-letters"),
                                path("/api/dead-letters/**"),
                                path(POST, "/api/customers/*/erasure"))
                        .hasAnyAuthority(ADMIN, SERVICE)
                        .requestMatchers(reads)
                        .hasAnyAuthority(READERS)
                        .requestMatchers(EngineDoors::isForAdministrators)
                        .hasAuthority(ADMIN)
                        .requestMatchers(engine)
                        .hasAnyAuthority(READERS)
                        .anyRequest()
                        .denyAll())
                .addFilterAfter(new ActingFilter(people, engine), AuthorizationFilter.class)
                .addFilterAfter(new BoundedQueries(), AuthorizationFilter.class)
                .build();
    }

    @Bean
    @Order(3)
    SecurityFilterChain operationsDoors(HttpSecurity http) throws Exception {
        return machines(http.securityMatcher(path("/actuator/**")), request -> false)
                .authorizeHttpRequests(requests -> requests.requestMatchers(
                                reading("/actuator/health"), reading("/actuator/health/**"))
                        .permitAll()
                        .requestMatchers(reading("/actuator/**"))
                        .hasAnyAuthority(MONITORING, ADMIN)
                        .anyRequest()
                        .hasAuthority(ADMIN))
                .build();
    }

    @Bean
    @Order(4)
    SecurityFilterChain documentationDoors(HttpSecurity http) throws Exception {
        return http.securityMatcher(any(
                        reading("/v3/api-docs"),
                        reading("/v3/api-docs/**"),
                        reading("/v3/api-docs.yaml"),
                        reading("/swagger-ui.html"),
                        reading("/swagger-ui/**"),
                        reading("/schemas/**")))
                .authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                .csrf(AbstractHttpConfigurer::disable)
                .sessionManagement(SecurityChains::none)
                .headers(headers -> headers.contentSecurityPolicy(
                                policy -> policy.policyDirectives(
                                        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'"))
                        .referrerPolicy(policy -> policy.policy(ReferrerPolicy.NO_REFERRER)))
                .build();
    }

    /** Camunda's own login, sessions, CSRF tokens and headers, untouched. */
    @Bean
    @Order(5)
    SecurityFilterChain webApplications(HttpSecurity http) throws Exception {
        return http.securityMatcher(any(path("/camunda"), path("/camunda/**"), reading("/"), reading("/favicon.ico")))
                .authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                .csrf(AbstractHttpConfigurer::disable)
                .headers(AbstractHttpConfigurer::disable)
                .requestCache(AbstractHttpConfigurer::disable)
                .securityContext(AbstractHttpConfigurer::disable)
                .sessionManagement(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .anonymous(AbstractHttpConfigurer::disable)
                .addFilterBefore(new BodyLimit(maxBody.toBytes(), problems), AuthorizationFilter.class)
                .addFilterAfter(new BoundedQueries(), AuthorizationFilter.class)
                .build();
    }

    @Bean
    @Order(6)
    SecurityFilterChain everythingElse(HttpSecurity http) throws Exception {
        return http.authorizeHttpRequests(requests -> requests.dispatcherTypeMatchers(DispatcherType.ERROR)
                        .permitAll() // else every error of the other doors would arrive as an empty refusal
                        .anyRequest()
                        .denyAll())
                .csrf(AbstractHttpConfigurer::disable)
                .sessionManagement(SecurityChains::none)
                .exceptionHandling(no -> no.authenticationEntryPoint((request, response, e) ->
                        problems.write(request, response, HttpStatus.NOT_FOUND, "There is nothing here")))
                .build();
    }

    /** Nobody comes in by a form or a remembered name; without this Spring Boot would make up a user of its own. */
    @Bean
    AuthenticationManager noOtherWay() {
        return authentication -> {
            throw new BadCredentialsException("There is no such door");
        };
    }

    private HttpSecurity machines(HttpSecurity http, RequestMatcher sessions) throws Exception {
        var contexts = new RequestAttributeSecurityContextRepository();
        return http.csrf(AbstractHttpConfigurer::disable)
                .requestCache(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .sessionManagement(SecurityChains::none)
                .securityContext(context -> context.securityContextRepository(contexts))
                .headers(headers -> headers.contentSecurityPolicy(
                                policy -> policy.policyDirectives("default-src 'none'; frame-ancestors 'none'"))
                        .referrerPolicy(policy -> policy.policy(ReferrerPolicy.NO_REFERRER)))
                .exceptionHandling(no -> no.authenticationEntryPoint(problems).accessDeniedHandler(problems))
                .addFilterBefore(
                        new CallerFilter(callers, people, sessions, problems, contexts),
                        AnonymousAuthenticationFilter.class)
                .addFilterBefore(new BodyLimit(maxBody.toBytes(), problems), AuthorizationFilter.class);
    }

    /**
     * No session is made, and above all none is renamed: the browser's other requests, on their way with the old name, would come
     * back unauthenticated and throw the person out of Tasklist.
     */
    private static void none(SessionManagementConfigurer<HttpSecurity> sessions) {
        sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS).sessionFixation(fixation -> fixation.none());
    }

    /** In the web applications the session says who it is; without one Camunda itself refuses. */
    private boolean isBeyondAnOperator(HttpServletRequest request) {
        if (!EngineDoors.isInWebApplications(request) || !EngineDoors.isForAdministrators(request)) {
            return false;
        }
        HttpSession session = request.getSession(false);
        return session != null
                && people.inSession(session)
                        .filter(caller -> caller.groups().contains(ADMIN))
                        .isEmpty();
    }

    private static RequestMatcher path(String pattern) {
        return withDefaults().matcher(pattern);
    }

    private static RequestMatcher path(HttpMethod method, String pattern) {
        return withDefaults().matcher(method, pattern);
    }

    private static RequestMatcher reading(String pattern) {
        return any(path(GET, pattern), path(HEAD, pattern));
    }

    private static RequestMatcher any(RequestMatcher... matchers) {
        return new OrRequestMatcher(matchers);
    }
}
