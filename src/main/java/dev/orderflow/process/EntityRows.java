package dev.orderflow.process;

import java.lang.reflect.Constructor;
import java.sql.Timestamp;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.SignStyle;
import java.time.temporal.ChronoField;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Collectors;
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
import org.jspecify.annotations.Nullable;

/**
 * Reads rows of the engine's tables as the engine's entities, by the engine's own description of them. A row comes as an array of texts,
 * so that one statement gives rows of several tables; PostgreSQL makes JSON of them slower, and it is slower to read.
 */
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

    private static final DateTimeFormatter FAR_AWAY = new DateTimeFormatterBuilder()
            .appendValue(ChronoField.YEAR, 4, 9, SignStyle.NOT_NEGATIVE)
            .appendPattern("-MM-dd HH:mm:ss")
            .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
            .toFormatter(Locale.ROOT);

    private final Map<Class<? extends DbEntity>, Table> tables = new ConcurrentHashMap<>();

    /** What to select for a row of the alias. */
    String array(Class<? extends DbEntity> type, String alias) {
        return table(type).columns().stream()
                .map(column -> alias + "." + column + "::text")
                .collect(Collectors.joining(", ", "array[", "]"));
    }

    /** A new entity with the row's values; what is null there is left as the entity has it. */
    DbEntity entity(Class<? extends DbEntity> type, @Nullable String[] row) {
        Kind kind = table(type).kind(row);
        try {
            Object entity = kind.constructor().newInstance();
            for (Field field : kind.fields()) {
                String value = row[field.place()];
                if (value != null) {
                    field.setter().accept(entity, field.reader().apply(value));
                }
            }
            return (DbEntity) entity;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("the engine's " + type + " cannot be made from a row", e);
        }
    }

    private Table table(Class<? extends DbEntity> type) {
        Table known = tables.get(type); // mostly there, and then nobody waits for anybody
        return known != null ? known : tables.computeIfAbsent(type, EntityRows::describe);
    }

    private static Table describe(Class<? extends DbEntity> type) {
        Configuration engine =
                Context.getProcessEngineConfiguration().getSqlSessionFactory().getConfiguration();
        return Table.of(engine, engine.getResultMap(type.getName() + "." + RESULT_MAPS.get(type)));
    }

    /** PostgreSQL folds names. */
    private static String column(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    private static Function<String, Object> reader(Class<?> type) {
        if (type == String.class) {
            return text -> text;
        } else if (type == int.class || type == Integer.class) {
            return Integer::valueOf;
        } else if (type == long.class || type == Long.class) {
            return Long::valueOf;
        } else if (type == boolean.class || type == Boolean.class) {
            return Boolean::valueOf;
        } else if (type == Date.class) {
            return EntityRows::date;
        }
        throw new IllegalStateException("the engine keeps a " + type + ", which is not known here");
    }

    /** As PostgreSQL writes it. A date that somebody mistyped may have a year of five digits. */
    private static Date date(String text) {
        return text.indexOf('-') == 4
                ? new Date(Timestamp.valueOf(text).getTime())
                : Timestamp.valueOf(LocalDateTime.parse(text, FAR_AWAY));
    }

    /**
     * The columns of a table that are read, and what is made of a row. Of jobs there are several kinds in one table.
     *
     * @param kindPlace where a row says of which kind it is; -1 if all are of the only one
     */
    private record Table(List<String> columns, int kindPlace, Map<String, Kind> kinds) {

        private static final String ONLY = "";

        static Table of(Configuration engine, ResultMap map) {
            Discriminator discriminator = map.getDiscriminator();
            Map<String, ResultMap> maps = new HashMap<>();
            if (discriminator == null) {
                maps.put(ONLY, map);
            } else {
                discriminator.getDiscriminatorMap().forEach((kind, id) -> maps.put(kind, engine.getResultMap(id)));
            }
            List<String> columns = maps.values().stream()
                    .flatMap(one -> one.getPropertyResultMappings().stream())
                    .map(mapping -> column(mapping.getColumn()))
                    .distinct()
                    .collect(Collectors.toCollection(ArrayList::new));
            int kindPlace = -1;
            if (discriminator != null) {
                kindPlace = columns.size();
                columns.add(column(discriminator.getResultMapping().getColumn()));
            }
            Map<String, Kind> kinds = new HashMap<>();
            maps.forEach((kind, one) -> kinds.put(kind, Kind.of(engine, one, columns)));
            return new Table(columns, kindPlace, kinds);
        }

        Kind kind(@Nullable String[] row) {
            String name = kindPlace < 0 ? ONLY : row[kindPlace];
            Kind kind = kinds.get(name);
            if (kind == null) {
                throw new IllegalStateException("the engine knows no kind " + name + " of what is read");
            }
            return kind;
        }
    }

    /** How an entity is made, and what of a row goes into it. */
    private record Kind(Constructor<?> constructor, List<Field> fields) {

        static Kind of(Configuration engine, ResultMap map, List<String> columns) {
            Reflector entity = engine.getReflectorFactory().findForClass(map.getType());
            return new Kind(
                    entity.getDefaultConstructor(),
                    map.getPropertyResultMappings().stream()
                            .map(mapping -> new Field(
                                    columns.indexOf(column(mapping.getColumn())),
                                    Accessors.setter(entity, mapping.getProperty()),
                                    reader(mapping.getJavaType())))
                            .toList());
        }
    }

    private record Field(int place, BiConsumer<Object, Object> setter, Function<String, Object> reader) {}
}
