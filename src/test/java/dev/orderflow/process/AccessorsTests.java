package dev.orderflow.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Date;
import java.util.List;
import org.apache.ibatis.exceptions.PersistenceException;
import org.apache.ibatis.reflection.Reflector;
import org.camunda.bpm.engine.impl.persistence.entity.ExecutionEntity;
import org.camunda.bpm.engine.impl.persistence.entity.TaskEntity;
import org.camunda.bpm.engine.impl.persistence.entity.TimerEntity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AccessorsTests {

    record Property(Class<?> entity, String name, Object value) {}

    static List<Property> properties() {
        return List.of(
                new Property(ExecutionEntity.class, "id", "e1"),
                new Property(ExecutionEntity.class, "revision", 3),
                new Property(ExecutionEntity.class, "isConcurrent", true),
                new Property(TaskEntity.class, "createTime", new Date(1)),
                new Property(TimerEntity.class, "repeatOffset", 5L),
                new Property(Hidden.class, "kept", "by its field"),
                new Property(Hidden.class, "open", "by methods of a class that is not"));
    }

    @ParameterizedTest
    @MethodSource("properties")
    void what_is_written_is_read(Property property) throws Exception {
        Reflector entity = new Reflector(property.entity());
        Object owner = entity.getDefaultConstructor().newInstance();

        Accessors.setter(entity, property.name()).accept(owner, property.value());

        assertThat(Accessors.getter(entity, property.name()).apply(owner))
                .isEqualTo(entity.getGetInvoker(property.name()).invoke(owner, null))
                .isEqualTo(property.value());
    }

    @Test
    void a_setter_that_fails_says_why() {
        Reflector hidden = new Reflector(Hidden.class);

        assertThatExceptionOfType(PersistenceException.class)
                .isThrownBy(() -> Accessors.setter(hidden, "refusing").accept(new Hidden(), "anything"))
                .withRootCauseInstanceOf(IllegalArgumentException.class);
    }

    static class Hidden {

        private String kept = "";
        private String open = "";

        public String getOpen() {
            return open;
        }

        public void setOpen(String open) {
            this.open = open;
        }

        public void setRefusing(String value) {
            throw new IllegalArgumentException(value);
        }
    }
}
