package dev.orderflow.embedded;

import dev.orderflow.world.InvariantsHold;
import dev.orderflow.world.Setup;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.ActiveProfiles;
import org.springframework.test.context.ContextConfiguration;

/**
 * A test with the whole application on a random port, a real PostgreSQL and a real broker. The database and the broker are
 * the same for all tests of a run; {@code SPRING_DATASOURCE_URL} and {@code SPRING_RABBITMQ_HOST} choose others.
 *
 * <p>The job executor is off: a test that wants a timer to fire says so. After the tests of each class all invariants must hold, so
 * a test that writes rows past the process rolls them back.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@ContextConfiguration(initializers = OrderflowTest.Services.class)
@Import(Setup.class)
@ExtendWith(InvariantsHold.class)
@ActiveProfiles("test")
public @interface OrderflowTest {

    /** Tells the application where the database and the broker of this test run are. */
    final class Services implements ApplicationContextInitializer<ConfigurableApplicationContext> {

        @Override
        public void initialize(ConfigurableApplicationContext context) {
            TestPropertyValues.of(EmbeddedServices.forTests().properties()).applyTo(context);
        }
    }
}
