package dev.orderflow.embedded;

import dev.orderflow.inventory.Inventory;
import dev.orderflow.inventory.StockAdjusted;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.identity.User;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.transaction.support.TransactionOperations;

/** Puts the demo's stock on the shelves and the demo's people into their groups, where an earlier run has not done so. */
@EnableConfigurationProperties(DemoData.Settings.class)
final class DemoData implements ApplicationRunner {

    /**
     * What {@code application-embedded.yml} says.
     *
     * @param stock pieces by sku
     * @param people first and last name and group by user name, which is the password too
     */
    @ConfigurationProperties("orderflow.demo")
    record Settings(
            @DefaultValue Map<String, Long> stock,
            @DefaultValue Map<String, Person> people) {

        record Person(String firstName, String lastName, List<String> groups) {}
    }

    private final Settings settings;
    private final Inventory inventory;
    private final IdentityService identities;
    private final TransactionOperations transactions;

    DemoData(Settings settings, Inventory inventory, IdentityService identities, TransactionOperations transactions) {
        this.settings = settings;
        this.inventory = inventory;
        this.identities = identities;
        this.transactions = transactions;
    }

    @Override
    public void run(ApplicationArguments arguments) {
        transactions.executeWithoutResult(all -> {
            settings.stock().forEach(this::shelve);
            settings.people().forEach(this::employ);
        });
    }

    private void shelve(String sku, long pieces) {
        if (inventory.find(sku).isEmpty()) {
            inventory.adjust(sku, new StockAdjusted(pieces, Instant.now()));
        }
    }

    private void employ(String name, Settings.Person person) {
        if (identities.createUserQuery().userId(name).count() > 0) {
            return;
        }
        User user = identities.newUser(name);
        user.setFirstName(person.firstName());
        user.setLastName(person.lastName());
        user.setPassword(name);
        identities.saveUser(user);
        person.groups().forEach(group -> identities.createMembership(name, group));
    }
}
