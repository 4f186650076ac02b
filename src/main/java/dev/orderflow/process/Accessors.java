package dev.orderflow.process;

import java.beans.PropertyDescriptor;
import java.lang.invoke.CallSite;
import java.lang.invoke.LambdaMetafactory;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.apache.ibatis.exceptions.PersistenceException;
import org.apache.ibatis.reflection.Reflector;
import org.apache.ibatis.reflection.invoker.Invoker;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.BeanUtils;

/**
 * Properties of the engine's entities, as MyBatis knows them, read and written by methods compiled for each. Of an order's step some two
 * hundred are, for which reflection takes longer than PostgreSQL's driver does to send them. What has no public method of a public class
 * is left to reflection, which wraps what a method throws into a {@link PersistenceException}.
 */
final class Accessors {

    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

    private Accessors() {}

    /** Reads the property of the entity it is given. */
    static Function<Object, @Nullable Object> getter(Reflector entity, String property) {
        PropertyDescriptor bean = BeanUtils.getPropertyDescriptor(entity.getType(), property);
        Method method = bean == null ? null : bean.getReadMethod();
        if (isPublic(method)) {
            return compile(Function.class, "apply", MethodType.methodType(Object.class, Object.class), method);
        }
        Invoker invoker = entity.getGetInvoker(property);
        return owner -> invoke(invoker, owner, null);
    }

    /** Writes a value of the property's type. */
    static BiConsumer<Object, Object> setter(Reflector entity, String property) {
        PropertyDescriptor bean = BeanUtils.getPropertyDescriptor(entity.getType(), property);
        Method method = bean == null ? null : bean.getWriteMethod();
        if (isPublic(method) && method.getParameterTypes()[0] == entity.getSetterType(property)) {
            return compile(
                    BiConsumer.class, "accept", MethodType.methodType(void.class, Object.class, Object.class), method);
        }
        Invoker invoker = entity.getSetInvoker(property);
        return (owner, value) -> invoke(invoker, owner, new Object[] {value});
    }

    private static boolean isPublic(@Nullable Method method) {
        return method != null
                && Modifier.isPublic(method.getModifiers())
                && Modifier.isPublic(method.getDeclaringClass().getModifiers());
    }

    @SuppressWarnings("unchecked") // a raw class stands for its type with parameters
    private static <T> T compile(Class<? super T> type, String name, MethodType erased, Method method) {
        try {
            MethodHandle handle = LOOKUP.unreflect(method);
            MethodType boxed = handle.type().wrap();
            MethodType actual = erased.returnType() == void.class ? boxed.changeReturnType(void.class) : boxed;
            CallSite site =
                    LambdaMetafactory.metafactory(LOOKUP, name, MethodType.methodType(type), erased, handle, actual);
            return (T) site.getTarget().invoke();
        } catch (Throwable e) {
            throw new IllegalStateException(method + " cannot be called", e);
        }
    }

    private static @Nullable Object invoke(Invoker invoker, Object owner, Object @Nullable [] values) {
        try {
            return invoker.invoke(owner, values);
        } catch (InvocationTargetException | IllegalAccessException e) {
            throw new PersistenceException(e);
        }
    }
}
