package dev.orderflow;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Where the order process starts: one application that holds the engine, the HTTP interface and the message queue's ends. */
@SpringBootApplication
public class Orderflow {

    public static void main(String[] args) {
        SpringApplication application = new SpringApplication(Orderflow.class);
        application.addListeners(new StartupCheck());
        application.run(args);
    }
}
