package dev.orderflow.world;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The tests of the class take every sequence flow of the model and enter every flow node; the class fails if they leave one out.
 * Not checked where only some of the tests were asked for.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(ModelCoverage.class)
public @interface CoversModel {

    /** The name of the model, such as {@code order}. */
    String value();
}
