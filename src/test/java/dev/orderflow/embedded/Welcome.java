package dev.orderflow.embedded;

import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.web.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;

/** Says where everything is, who may come in, and how to place the first order. */
final class Welcome {

    private static final String TEXT = """

            Orderflow runs. Everything is on loopback and for demo only.

              Tasklist         %1$s/camunda/app/tasklist/
              Cockpit          %1$s/camunda/app/cockpit/
              Orders API       %1$s/swagger-ui.html
              Engine REST API  %1$s/engine-rest
              PostgreSQL       %2$s  (user %3$s, password %3$s)
              Broker           %4$s

              Accounts, each with its name as password:
                admin  everything (camunda-admin)      wendy  ships (warehouse)
                sam    helps customers (service)       fiona  refunds (finance)
                shop   sends messages (integration; API only)

            Place an order, then look for it in Cockpit:

            curl -u shop:shop -H 'Content-Type: application/cloudevents+json' %1$s/api/commands -d '
            {"specversion": "1.0", "id": "'$(date +%%s)'", "source": "/shop/web", "type": "PlaceOrder",
             "datacontenttype": "application/json", "data": {
               "customer": {"id": "c-1", "name": "Ana Souza", "email": "ana@example.org"},
               "shipTo": {"name": "Ana Souza", "country": "BR", "region": "SP", "city": "Sao Paulo",
                          "postcode": "01310-100", "street": "Avenida Paulista 1000"},
               "currency": "BRL", "lines": [{"sku": "teapot", "title": "Teapot", "quantity": 1, "unitPrice": 5990}],
               "shipping": 1990, "tax": 0, "discount": 0, "total": 7980, "paymentMethod": "BANK_CARD"}}'
            """;

    private final ServletWebServerApplicationContext context;
    private final Environment settings;

    Welcome(ServletWebServerApplicationContext context, Environment settings) {
        this.context = context;
        this.settings = settings;
    }

    String address() {
        return "http://127.0.0.1:" + context.getWebServer().getPort();
    }

    @EventListener(ApplicationReadyEvent.class)
    void print() {
        System.out.printf(
                TEXT,
                address(),
                settings.getProperty("spring.datasource.url"),
                settings.getProperty("spring.datasource.username"),
                "amqp://%s:%s@%s:%s"
                        .formatted(
                                settings.getProperty("spring.rabbitmq.username", "guest"),
                                settings.getProperty("spring.rabbitmq.password", "guest"),
                                settings.getProperty("spring.rabbitmq.host"),
                                settings.getProperty("spring.rabbitmq.port", "5672")));
    }
}
