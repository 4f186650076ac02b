package dev.orderflow.races;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orderflow.messaging.Answer;
import dev.orderflow.messaging.LostRaces;
import dev.orderflow.order.BrokenRule;
import dev.orderflow.world.Command;
import dev.orderflow.world.World;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.camunda.bpm.engine.BadUserRequestException;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.MismatchingMessageCorrelationException;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.exception.NullValueException;
import org.camunda.bpm.engine.runtime.Job;
import org.camunda.bpm.engine.task.Task;
import org.camunda.bpm.engine.variable.Variables;
import org.springframework.context.ApplicationContext;

/** One node of the application, and how rivals act through it. */
record Node(World world, LostRaces lostRaces, RuntimeService runtime, IdentityService identity) {

    static Node of(ApplicationContext context) {
        return new Node(
                context.getBean(World.class),
                context.getBean(LostRaces.class),
                context.getBean(RuntimeService.class),
                context.getBean(IdentityService.class));
    }

    /** A message from the queue, answered with outcome and status. */
    String send(Command command) {
        Answer answer = world.send(command);
        return answer.outcome() + " " + answer.status();
    }

    /** A message from the form of a person of this group, through the engine. */
    String tell(String group, Command command) {
        return as(group, () -> {
            try {
                runtime.createMessageCorrelation(command.type())
                        .processInstanceBusinessKey(command.subject())
                        .setVariables(Variables.createVariables()
                                .putValueTyped("message", Variables.stringValue(command.dataJson(), true)))
                        .correlate();
                return "DONE";
            } catch (MismatchingMessageCorrelationException nobodyWaits) {
                return "GONE";
            } catch (BadUserRequestException refused) {
                assertThat(refused).hasMessageContaining("it is too late or too early for");
                return "GONE";
            }
        });
    }

    /** Completing a task that is there now, by a person of this group. */
    Callable<String> task(String model, String businessKey, String id, String group, Map<String, Object> form) {
        Task task = world.task(model, businessKey, id);
        return () -> as(group, () -> {
            try {
                world.complete(task, form);
                return "DONE";
            } catch (NullValueException gone) {
                return "GONE";
            } catch (BrokenRule tooLate) {
                assertThat(tooLate.getMessage()).containsAnyOf("is settled already", "is not waiting to be assigned");
                return "GONE";
            }
        });
    }

    /** A timer that is there now, and fires until it has fired or is gone, as the job executor does it. */
    Callable<String> timer(String model, String businessKey, String id) {
        Job timer = world.timer(model, businessKey, id);
        return () -> {
            while (world.isThere(timer)) {
                try {
                    world.fire(timer);
                    return "FIRED";
                } catch (RuntimeException failure) {
                    if (!lostRaces.lost(failure) && world.isThere(timer)) {
                        throw failure;
                    }
                }
            }
            return "GONE";
        };
    }

    /** The id of the refund that is open when the race begins. */
    String refund(Scene scene) {
        return world.refunds(scene.orderNo()).get(0).refundId();
    }

    private String as(String group, Callable<String> work) {
        identity.setAuthentication("somebody", List.of(group));
        try {
            return work.call();
        } catch (RuntimeException failure) {
            throw failure;
        } catch (Exception checked) {
            throw new IllegalStateException(checked);
        } finally {
            identity.clearAuthentication();
        }
    }
}
