package dev.orderflow;

import com.fasterxml.jackson.databind.json.JsonMapper;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.http.converter.json.Jackson2ObjectMapperBuilder;

/** Where the order process starts: one application that holds the engine, the HTTP interface and the message queue's ends. */
@SpringBootApplication
public class Orderflow {

    public static void main(String[] args) {
        SpringApplication application = new SpringApplication(Orderflow.class);
        application.addListeners(new StartupCheck());
        application.run(args);
    }

    /** The one JSON mapper, Spring Boot's with its settings, typed as what it is. */
    @Bean
    static JsonMapper jsonMapper(Jackson2ObjectMapperBuilder settings) {
        JsonMapper mapper = new JsonMapper();
        settings.configure(mapper);
        return mapper;
    }
}
