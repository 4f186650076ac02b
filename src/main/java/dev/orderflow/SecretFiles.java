package dev.orderflow;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.env.EnvironmentPostProcessor;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Takes the passwords of the two services from files where the environment names one, such as a container's secret:
 * {@code SPRING_DATASOURCE_PASSWORD_FILE}. Our own secrets know this form themselves.
 */
final class SecretFiles implements EnvironmentPostProcessor {

    private static final List<String> SECRETS = List.of("spring.datasource.password", "spring.rabbitmq.password");

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        Map<String, Object> secrets = new HashMap<>();
        for (String secret : SECRETS) {
            String file = environment.getProperty(secret + "-file");
            if (file != null && !file.isBlank()) {
                secrets.put(secret, read(secret, Path.of(file)));
            }
        }
        if (!secrets.isEmpty()) {
            environment.getPropertySources().addFirst(new MapPropertySource("secretFiles", secrets));
        }
    }

    private static String read(String secret, Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new StartupCheck.CannotStart(secret + "-file " + file + " cannot be read");
        }
    }
}
