package dev.orderflow.process;

import org.camunda.bpm.engine.OptimisticLockingException;
import org.camunda.bpm.engine.delegate.VariableScope;
import org.camunda.bpm.engine.variable.Variables;
import org.jspecify.annotations.Nullable;

/**
 * The variables of the models, each declared once. All but {@link #PAYMENT} are transient: they live until the next wait state
 * and leave no row behind.
 */
final class OrderVariables {

    static final Variable<Boolean> PAID_EARLY = new Variable<>("paidEarly");
    static final Variable<Boolean> COVERED = new Variable<>("covered");
    static final Variable<String> PAYMENT_METHOD = new Variable<>("paymentMethod");
    static final Variable<Boolean> HELD = new Variable<>("held");
    static final Variable<String> EFFECT = new Variable<>("effect");
    static final Variable<Long> EXCESS = new Variable<>("excess");
    static final Variable<String> REFUND_REASON = new Variable<>("refundReason");
    static final Variable<Boolean> ORDER_BEING_PLACED = new Variable<>("orderBeingPlaced");

    /** The ledger's key of a payment; stored only while the payment waits for its order. */
    static final Variable<Long> PAYMENT = new Variable<>("payment");

    static final Variable<String> DECISION = new Variable<>("decision");
    static final Variable<String> ASSIGN_TO = new Variable<>("assignTo");
    static final Variable<String> PROVIDER_REFERENCE = new Variable<>("providerReference");
    static final Variable<String> NOTE = new Variable<>("note");

    private OrderVariables() {}

    /** A name and the type behind it. */
    record Variable<T>(String name) {

        void set(VariableScope scope, T value) {
            scope.setVariable(name, Variables.untypedValue(value, true));
        }

        void store(VariableScope scope, T value) {
            scope.setVariable(name, value);
        }

        @SuppressWarnings("unchecked")
        @Nullable
        T get(VariableScope scope) {
            return (T) scope.getVariable(name);
        }

        /** The value, where it was set before; if it is gone, so is the instance, and somebody else was faster. */
        T require(VariableScope scope) {
            T value = get(scope);
            if (value == null) {
                throw new OptimisticLockingException("the variable " + name + " is gone");
            }
            return value;
        }

        @Nullable
        T take(VariableScope scope) {
            T value = get(scope);
            scope.removeVariable(name);
            return value;
        }
    }
}
