package dev.orderflow.process;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orderflow.messaging.CommandType;
import dev.orderflow.messaging.MessageReader;
import dev.orderflow.messaging.MessageWatch.TakenByEngine;
import dev.orderflow.order.BrokenRule;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.variable.VariableMap;
import org.camunda.bpm.engine.variable.Variables;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;

/**
 * The command that moved the process here, read once and never stored: from the queue it is the record itself, through the
 * engine's REST API JSON text. It is taken off the execution even where a caller forgot to send it as transient.
 */
@Component
class Incoming {

    static final String MESSAGE = "message";

    private final MessageReader reader;
    private final ObjectMapper json;
    private final ApplicationEventPublisher signals;

    Incoming(MessageReader reader, ObjectMapper json, ApplicationEventPublisher signals) {
        this.reader = reader;
        this.json = json;
        this.signals = signals;
    }

    /** The command as a transient variable for a correlation. */
    static VariableMap carrying(Object command) {
        return Variables.createVariables()
                .putValueTyped(MESSAGE, Variables.untypedValue(new CarriedCommand(command), true));
    }

    /** @throws BrokenRule naming every broken field, if what came is no such command */
    <T> Optional<T> take(DelegateExecution execution, Class<T> type) {
        Object value = execution.getVariable(MESSAGE);
        execution.removeVariable(MESSAGE);
        if (value == null) {
            return Optional.empty();
        }
        if (value instanceof CarriedCommand carried) {
            return Optional.of(type.cast(carried.command())); // read and checked by the inbox
        }
        checkBusinessKey(execution, type);
        return Optional.of(read(type, value.toString()));
    }

    private <T> T read(Class<T> type, String text) {
        T command = reader.readData(type, text);
        signals.publishEvent(
                new TakenByEngine(CommandType.named(type.getSimpleName()).orElseThrow()));
        return command;
    }

    private void checkBusinessKey(DelegateExecution execution, Class<?> type) {
        try {
            reader.checkSubject(
                    CommandType.named(type.getSimpleName()).orElseThrow(), execution.getProcessBusinessKey());
        } catch (BrokenRule broken) {
            throw new BrokenRule("businessKey", broken.violations().get(0).message());
        }
    }

    /** The same, where the command must have come. */
    <T> T require(DelegateExecution execution, Class<T> type) {
        return take(execution, type)
                .orElseThrow(() -> new BrokenRule(
                        MESSAGE,
                        "is missing: send the data of " + type.getSimpleName()
                                + " as JSON text in a transient variable of this name"));
    }

    /** The fields an operator or a client completed a task with, taken off the execution and read like a message. */
    <T> T takeForm(DelegateExecution execution, Class<T> type, String... fields) {
        Map<String, Object> data = new LinkedHashMap<>();
        for (String field : fields) {
            Object value = execution.getVariable(field);
            execution.removeVariable(field);
            if (value != null) {
                data.put(field, value);
            }
        }
        try {
            return read(type, json.writeValueAsString(data));
        } catch (JsonProcessingException e) {
            throw new BrokenRule(String.join(", ", fields), "cannot be read");
        }
    }
}
