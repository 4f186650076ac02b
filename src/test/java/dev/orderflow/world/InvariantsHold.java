package dev.orderflow.world;

import dev.orderflow.web.Invariants;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.springframework.test.context.junit.jupiter.SpringExtension;

/** Whatever the tests of a class did: afterwards all invariants hold, or the class fails. */
public class InvariantsHold implements AfterAllCallback {

    @Override
    public void afterAll(ExtensionContext context) {
        Invariants.Answer found = SpringExtension.getApplicationContext(context)
                .getBean(Invariants.class)
                .check();
        if (!found.ok()) {
            throw new AssertionError("After " + context.getDisplayName() + " this is broken: " + found.broken());
        }
    }
}
