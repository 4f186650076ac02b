package dev.orderflow.process;

import java.util.Map;
import org.camunda.bpm.engine.impl.variable.serializer.AbstractTypedValueSerializer;
import org.camunda.bpm.engine.impl.variable.serializer.ValueFields;
import org.camunda.bpm.engine.variable.impl.type.PrimitiveValueTypeImpl;
import org.camunda.bpm.engine.variable.impl.value.PrimitiveTypeValueImpl;
import org.camunda.bpm.engine.variable.impl.value.UntypedValueImpl;
import org.camunda.bpm.engine.variable.value.TypedValue;
import org.jspecify.annotations.Nullable;

/**
 * A command on its way to the delegate that takes it: a variable that the engine hands on and never writes. As any other object it
 * would be made into JSON at once, with the buyer's name and address, for a row that is never stored.
 */
record CarriedCommand(Object command) {

    private static final class Type extends PrimitiveValueTypeImpl {

        private static final long serialVersionUID = 1L;

        Type() {
            super("command", CarriedCommand.class);
        }

        @Override
        public TypedValue createValue(Object value, Map<String, Object> info) {
            throw new UnsupportedOperationException("a command comes from the inbox alone");
        }
    }

    /** Takes the engine's part of writing it down, and writes nothing. */
    static final class Serializer extends AbstractTypedValueSerializer<PrimitiveTypeValueImpl<CarriedCommand>> {

        Serializer() {
            super(new Type());
        }

        @Override
        public String getName() {
            return "command";
        }

        @Override
        protected boolean canWriteValue(TypedValue value) {
            return value.isTransient() && value.getValue() instanceof CarriedCommand;
        }

        @Override
        public PrimitiveTypeValueImpl<CarriedCommand> convertToTypedValue(UntypedValueImpl untyped) {
            return value((CarriedCommand) untyped.getValue());
        }

        private PrimitiveTypeValueImpl<CarriedCommand> value(@Nullable CarriedCommand carried) {
            var value = new PrimitiveTypeValueImpl<>(carried, (Type) getType());
            value.setTransient(true);
            return value;
        }

        @Override
        public void writeValue(PrimitiveTypeValueImpl<CarriedCommand> value, ValueFields fields) {
            // it lives no longer than the engine's command, which remembers it as it is
        }

        @Override
        public PrimitiveTypeValueImpl<CarriedCommand> readValue(
                ValueFields fields, boolean deserialize, boolean asTransient) {
            return value(null); // what was taken off the execution is gone
        }
    }
}
