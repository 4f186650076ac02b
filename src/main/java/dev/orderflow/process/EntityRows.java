package dev.orderflow.process;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.reflect.Constructor;
import java.sql.Timestamp;
import java.time.LocalDateTime;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.apache.ibatis.mapping.Discriminator;
import org.apache.ibatis.mapping.ResultMap;
import org.apache.ibatis.reflection.Reflector;
import org.apache.ibatis.session.Configuration;
import org.camunda.bpm.engine.impl.context.Context;
import org.camunda.bpm.engine.impl.db.DbEntity;
import org.camunda.bpm.engine.impl.persistence.entity.EventSubscriptionEntity;
import org.camunda.bpm.engine.impl.persistence.entity.ExecutionEntity;
import org.camunda.bpm.engine.impl.persistence.entity.IdentityLinkEntity;
import org.camunda.bpm.engine.impl.persistence.entity.JobEntity;
import org.camunda.bpm.engine.impl.persistence.entity.TaskEntity;

/** Turns rows that PostgreSQL gives as JSON into the engine's entities, by the engine's own description of its tables. */
final class EntityRows {

    static final Class<JobEntity> JOB = JobEntity.class;
    static final Class<TaskEntity> TASK = TaskEntity.class;
    static final Class<IdentityLinkEntity> IDENTITY_LINK = IdentityLinkEntity.class;

    private static final Map<Class<? extends DbEntity>, String> RESULT_MAPS = Map.of(
            ExecutionEntity.class,
            "executionResultMap",
            EventSubscriptionEntity.class,
            "eventSubscriptionResultMap",
            JOB,
            "jobResultMap",
            TASK,
            "taskResultMap",
            IDENTITY_LINK,
            "identityLinkResultMap");

    private final Map<String, Kind> kinds = new ConcurrentHashMap<>();

    /** A new entity with the row's values; what is null there is left as the entity has it. */
    DbEntity entity(Class<? extends DbEntity> type, JsonNode row) {
        Configuration engine =
                Context.getProcessEngineConfiguration().getSqlSessionFactory().getConfiguration();
        ResultMap map = map(engine, engine.getResultMap(type.getName() + "." + RESULT_MAPS.get(type)), row);
        Kind kind = kinds.computeIfAbsent(map.getId(), id -> Kind.of(engine, map));
        try {
            Object entity = kind.constructor().newInstance();
            for (Field field : kind.fields()) {
                JsonNode value = row.get(field.column());
                if (value != null && !value.isNull()) {
                    field.setter().accept(entity, read(value, field.type()));
                }
            }
            return (DbEntity) entity;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("the engine's " + type + " cannot be made from a row", e);
        }
    }

    /** Of jobs there are several kinds in one table. */
    private static ResultMap map(Configuration engine, ResultMap map, JsonNode row) {
        Discriminator discriminator = map.getDiscriminator();
        if (discriminator == null) {
            return map;
        }
        String kind =
                row.path(column(discriminator.getResultMapping().getColumn())).asText();
        return engine.getResultMap(discriminator.getMapIdFor(kind));
    }

    /** PostgreSQL folds names. */
    private static String column(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    private static Object read(JsonNode value, Class<?> type) {
        if (type == String.class) {
            return value.asText();
        } else if (type == int.class || type == Integer.class) {
            return value.intValue();
        } else if (type == long.class || type == Long.class) {
            return value.longValue();
        } else if (type == boolean.class || type == Boolean.class) {
            return value.booleanValue();
        } else if (type == Date.class) {
            return new Date(
                    Timestamp.valueOf(LocalDateTime.parse(value.textValue())).getTime());
        }
        throw new IllegalStateException("the engine keeps a " + type + ", which is not known here");
    }

    /** How an entity is made, and what of a row goes into it. */
    private record Kind(Constructor<?> constructor, List<Field> fields) {

        static Kind of(Configuration engine, ResultMap map) {
            Reflector entity = engine.getReflectorFactory().findForClass(map.getType());
            return new Kind(
                    entity.getDefaultConstructor(),
                    map.getPropertyResultMappings().stream()
                            .map(mapping -> new Field(
                                    column(mapping.getColumn()),
                                    Accessors.setter(entity, mapping.getProperty()),
                                    mapping.getJavaType()))
                            .toList());
        }
    }

    private record Field(String column, BiConsumer<Object, Object> setter, Class<?> type) {}
}
