package dev.orderflow.operations;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.AutoConfigurationImportFilter;
import org.springframework.boot.autoconfigure.AutoConfigurationMetadata;
import org.springframework.context.EnvironmentAware;
import org.springframework.core.env.Environment;

/**
 * Leaves out OpenTelemetry where no endpoint is named to take traces ({@code management.otlp.tracing.endpoint}). What stays of Spring
 * Boot's tracing is a tracer that does nothing, which its measuring of HTTP requests needs.
 */
class TracesOnlyWhenWanted implements AutoConfigurationImportFilter, EnvironmentAware {

    private static final String ACTUATOR = "org.springframework.boot.actuate.autoconfigure.";

    private @Nullable Environment environment;

    @Override
    public void setEnvironment(Environment environment) {
        this.environment = environment;
    }

    @Override
    public boolean[] match(@Nullable String[] classes, AutoConfigurationMetadata metadata) {
        String endpoint = environment == null ? null : environment.getProperty("management.otlp.tracing.endpoint");
        boolean wanted = endpoint != null && !endpoint.isBlank();
        boolean[] matches = new boolean[classes.length];
        for (int i = 0; i < classes.length; i++) {
            matches[i] = wanted || !isAboutTraces(classes[i]);
        }
        return matches;
    }

    private static boolean isAboutTraces(@Nullable String name) {
        return name != null
                && name.startsWith(ACTUATOR)
                && (name.contains("OpenTelemetry") || name.contains("OtlpTracing"));
    }
}
