package dev.orderflow;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.Date;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.transaction.annotation.Transactional;

/**
 * How the packages stand to each other, in sentences. Each is held against the product, and against {@code dev.orderflow.bad}, where
 * somebody made exactly that mistake: a rule that finds nothing there could never find anything.
 */
class ArchitectureTests {

    private static final String PRODUCT = "dev.orderflow";
    private static final String BAD = "dev.orderflow.bad";

    private static final JavaClasses PRODUCT_CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(PRODUCT);
    private static final JavaClasses BAD_CLASSES = new ClassFileImporter().importPackages(BAD);

    private static final String[] FEATURES = {"order", "inventory", "payment", "shipping", "review"};

    @Test
    void the_packages_are_the_ones_these_rules_speak_of() {
        Set<String> packages = PRODUCT_CLASSES.stream()
                .map(type -> type.getPackageName().replace(PRODUCT, "").replaceFirst("^\\.", ""))
                .collect(toSet());

        assertThat(packages)
                .containsExactlyInAnyOrder(
                        "",
                        "order",
                        "inventory",
                        "payment",
                        "shipping",
                        "review",
                        "process",
                        "messaging",
                        "web",
                        "security",
                        "operations",
                        "retention");
    }

    @Test
    void only_process_knows_the_engine() {
        holdsAndBites(
                "KnowsTheEngine",
                root -> noClasses()
                        .that(not(resideInAPackage(root + ".process..")))
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage("org.camunda.."));
    }

    @Test
    void only_messaging_knows_the_broker() {
        holdsAndBites(
                "KnowsTheBroker",
                root -> noClasses()
                        .that(not(resideInAPackage(root + ".messaging..")))
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage("org.springframework.amqp..", "com.rabbitmq.."));
    }

    @Test
    void the_order_knows_no_other_feature() {
        holdsAndBites(
                "KnowsItsStock",
                root -> noClasses()
                        .that()
                        .resideInAPackage(root + ".order..")
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(packages(root, "inventory", "payment", "shipping", "review")));
    }

    @Test
    void a_feature_knows_the_order_and_no_other_feature() {
        for (String feature : FEATURES) {
            String[] others = Stream.of(FEATURES)
                    .filter(other -> !other.equals(feature) && !other.equals("order"))
                    .toArray(String[]::new);
            Function<String, ArchRule> rule = root -> noClasses()
                    .that()
                    .resideInAPackage(root + "." + feature + "..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(packages(root, others))
                    .allowEmptyShould(root.equals(BAD));
            if (feature.equals("inventory")) {
                holdsAndBites("KnowsItsBuyersMoney", rule);
            } else {
                holds(rule);
            }
        }
    }

    @Test
    void a_feature_knows_no_door() {
        holdsAndBites(
                "AsksTheWeb",
                root -> noClasses()
                        .that()
                        .resideInAnyPackage(packages(root, FEATURES))
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(packages(root, "process", "messaging", "web", "security")));
    }

    @Test
    void messaging_knows_the_features_and_nothing_else_of_us() {
        holdsAndBites(
                "KnowsTheProcess",
                root -> noClasses()
                        .that()
                        .resideInAPackage(root + ".messaging..")
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(packages(root, "process", "web", "security")));
    }

    @Test
    void nobody_knows_the_process() {
        holdsAndBites(
                "Page",
                root -> noClasses()
                        .that(not(resideInAPackage(root + ".process..")))
                        .should()
                        .dependOnClassesThat()
                        .resideInAPackage(root + ".process.."));
    }

    @Test
    void only_operations_knows_how_it_is_measured() {
        holdsAndBites(
                "CountsItself",
                root -> noClasses()
                        .that(not(resideInAPackage(root + ".operations..")))
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage("io.micrometer..", "io.opentelemetry.."));
    }

    @Test
    void nobody_knows_who_looks_on() {
        holdsAndBites(
                "AsksTheOnlooker",
                root -> noClasses()
                        .that(not(resideInAPackage(root + ".operations..")))
                        .should()
                        .dependOnClassesThat()
                        .resideInAPackage(root + ".operations.."));
    }

    @Test
    void what_is_removed_when_is_known_at_the_door_and_where_it_is_measured() {
        holdsAndBites(
                "AsksHowLong",
                root -> noClasses()
                        .that(not(resideInAPackage(root + ".retention.."))
                                .and(not(resideInAPackage(root + ".web..")))
                                .and(not(resideInAPackage(root + ".operations.."))))
                        .should()
                        .dependOnClassesThat()
                        .resideInAPackage(root + ".retention.."));
    }

    @Test
    void retention_knows_the_order_and_nothing_else_of_us() {
        holdsAndBites(
                "RemovesStock",
                root -> noClasses()
                        .that()
                        .resideInAPackage(root + ".retention..")
                        .should()
                        .dependOnClassesThat(resideInAPackage(root + "..")
                                .and(not(resideInAPackage(root + ".retention..")))
                                .and(not(resideInAPackage(root + ".order..")))));
    }

    @Test
    void security_knows_nothing_of_us() {
        holdsAndBites(
                "KnowsWhoSellsWhat",
                root -> noClasses()
                        .that()
                        .resideInAPackage(root + ".security..")
                        .should()
                        .dependOnClassesThat(
                                resideInAPackage(root + "..").and(not(resideInAPackage(root + ".security..")))));
    }

    @Test
    void packages_have_no_cycles() {
        holdsAndBites(
                "Cycle detected",
                root -> slices().matching(root + ".(*)..").should().beFreeOfCycles());
    }

    @Test
    void a_delegate_knows_no_sql() {
        holdsAndBites(
                "CountInSqlDelegate",
                root -> noClasses()
                        .that(assignableTo(JavaDelegate.class).or(assignableTo(TaskListener.class)))
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage("java.sql..", "javax.sql..", "org.springframework.jdbc.."));
    }

    @Test
    void a_delegate_never_waits_for_a_network() {
        holdsAndBites(
                "CallsOverTheNetDelegate",
                root -> noClasses()
                        .that(assignableTo(JavaDelegate.class).or(assignableTo(TaskListener.class)))
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage("java.net..", "org.springframework.web..", "org.springframework.http.."));
    }

    @Test
    void a_delegate_is_called_one() {
        holdsAndBites(
                "ShipParcel",
                root -> classes()
                        .that(assignableTo(JavaDelegate.class))
                        .should()
                        .haveSimpleNameEndingWith("Delegate"));
    }

    @Test
    void a_feature_leaves_the_transaction_to_the_door() {
        holdsAndBites(
                "EndsItsOwnTransaction",
                root -> noMethods()
                        .that()
                        .areDeclaredInClassesThat()
                        .resideInAnyPackage(packages(root, FEATURES))
                        .should()
                        .beAnnotatedWith(Transactional.class)
                        .orShould()
                        .beDeclaredInClassesThat()
                        .areAnnotatedWith(Transactional.class));
    }

    @Test
    void there_is_one_clock() {
        holdsAndBites(
                "LooksAtItsOwnWatch",
                root -> noClasses()
                        .should()
                        .callMethod(Instant.class, "now")
                        .orShould()
                        .callMethod(OffsetDateTime.class, "now")
                        .orShould()
                        .callMethod(LocalDateTime.class, "now")
                        .orShould()
                        .callMethod(System.class, "currentTimeMillis")
                        .orShould()
                        .callConstructor(Date.class));
    }

    @Test
    void money_is_never_a_floating_point_number() {
        holdsAndBites(
                "FloatingMoney",
                root -> noMethods()
                        .that()
                        .areDeclaredInClassesThat()
                        .resideInAnyPackage(packages(root, FEATURES))
                        .should()
                        .haveRawReturnType(double.class)
                        .orShould()
                        .haveRawReturnType(float.class));
        holds(root -> noFields()
                .that()
                .areDeclaredInClassesThat()
                .resideInAnyPackage(packages(root, FEATURES))
                .should()
                .haveRawType(double.class)
                .orShould()
                .haveRawType(float.class));
    }

    @Test
    void a_class_is_named_for_what_it_is() {
        holdsAndBites(
                "OrderService",
                root -> noClasses().should().haveNameMatching(".*(Service|Manager|Helper|Utils?|Impl)"));
    }

    @Test
    void what_a_class_needs_comes_through_its_constructor() {
        holdsAndBites("IsInjectedByField", root -> noFields().should().beAnnotatedWith(Autowired.class));
    }

    @Test
    void every_package_says_what_it_owns_and_that_nothing_is_null() {
        assertThat(PRODUCT_CLASSES.stream().map(JavaClass::getPackageName).distinct())
                .allSatisfy(name -> assertThat(
                                Files.readString(Path.of("src/main/java", name.replace('.', '/'), "package-info.java")))
                        .startsWith("/**")
                        .contains("@NullMarked"));
    }

    private static String[] packages(String root, String... names) {
        return Stream.of(names).map(name -> root + "." + name + "..").toArray(String[]::new);
    }

    private static void holds(Function<String, ArchRule> rule) {
        assertThat(rule.apply(PRODUCT)
                        .evaluate(PRODUCT_CLASSES)
                        .getFailureReport()
                        .getDetails())
                .isEmpty();
    }

    private static void holdsAndBites(String culprit, Function<String, ArchRule> rule) {
        holds(rule);
        assertThat(rule.apply(BAD).evaluate(BAD_CLASSES).getFailureReport().getDetails())
                .as("what the rule finds in %s", BAD)
                .anySatisfy(detail -> assertThat(detail).contains(culprit));
    }
}
