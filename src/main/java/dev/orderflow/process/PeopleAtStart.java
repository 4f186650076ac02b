package dev.orderflow.process;

import dev.orderflow.security.Groups;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.identity.Group;
import org.camunda.bpm.engine.identity.User;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Sees, before the first request can come in, that the groups, what they may do, their filters and one administrator exist. What
 * is there already stays as it is, so that people and passwords changed later keep.
 */
@Component
@EnableConfigurationProperties(PeopleAtStart.Settings.class)
class PeopleAtStart implements SmartInitializingSingleton {

    private static final Logger LOG = LoggerFactory.getLogger(PeopleAtStart.class);

    private static final Map<String, String> GROUP_NAMES = Map.of(
            Groups.WAREHOUSE, "Warehouse",
            Groups.SERVICE, "Customer service",
            Groups.FINANCE, "Finance",
            Groups.INTEGRATION, "Integration",
            Groups.MONITORING, "Monitoring",
            Groups.ADMIN, "Administrators");

    /** Any number, the same on all nodes: two that start at once do this one after the other. */
    private static final long LOCK = 7_240_001;

    private final Settings settings;
    private final IdentityService identity;
    private final GroupRights rights;
    private final TaskFilters filters;
    private final JdbcClient jdbc;
    private final TransactionOperations transactions;

    PeopleAtStart(
            Settings settings,
            IdentityService identity,
            GroupRights rights,
            TaskFilters filters,
            JdbcClient jdbc,
            TransactionOperations transactions) {
        this.settings = settings;
        this.identity = identity;
        this.rights = rights;
        this.filters = filters;
        this.jdbc = jdbc;
        this.transactions = transactions;
    }

    @Override
    public void afterSingletonsInstantiated() {
        transactions.executeWithoutResult(all -> {
            jdbc.sql("select pg_advisory_xact_lock(?)")
                    .param(LOCK)
                    .query((row, n) -> "")
                    .single();
            Groups.ALL.forEach(this::createGroup);
            rights.grant();
            filters.create();
            createAdministrator();
        });
    }

    private void createGroup(String id) {
        if (identity.createGroupQuery().groupId(id).count() == 0) {
            Group group = identity.newGroup(id);
            group.setName(GROUP_NAMES.get(id));
            group.setType(Groups.ADMIN.equals(id) ? "SYSTEM" : "WORKFLOW");
            identity.saveGroup(group);
        }
    }

    private void createAdministrator() {
        if (identity.createUserQuery().memberOfGroup(Groups.ADMIN).count() > 0) {
            return;
        }
        String given = settings.givenPassword();
        String password = given == null ? random() : given;
        User admin = identity.createUserQuery().userId("admin").singleResult();
        if (admin == null) {
            admin = identity.newUser("admin");
            admin.setFirstName("Orderflow");
            admin.setLastName("Administrator");
        }
        admin.setPassword(password);
        identity.saveUser(admin);
        identity.createMembership("admin", Groups.ADMIN);
        if (given == null) {
            LOG.warn(
                    "The first administrator is user admin with password {}; this is the only time it is shown",
                    password);
        }
    }

    private static String random() {
        byte[] bytes = new byte[15];
        new SecureRandom().nextBytes(bytes);
        return Base64.getUrlEncoder().encodeToString(bytes);
    }

    /**
     * The first administrator's password, {@code ORDERFLOW_ADMIN_PASSWORD} in the environment; read only while there is none.
     *
     * @param passwordFile or the file it is in, such as a container's secret
     */
    @ConfigurationProperties("orderflow.admin")
    record Settings(@Nullable String password, @Nullable Path passwordFile) {

        @Nullable
        String givenPassword() {
            if (password != null && !password.isBlank()) {
                return password;
            }
            if (passwordFile == null) {
                return null;
            }
            try {
                String inFile = Files.readString(passwordFile).strip();
                if (inFile.isEmpty()) {
                    throw new IllegalStateException("orderflow.admin.password-file " + passwordFile + " is empty");
                }
                return inFile;
            } catch (IOException e) {
                throw new UncheckedIOException("orderflow.admin.password-file cannot be read", e);
            }
        }
    }
}
