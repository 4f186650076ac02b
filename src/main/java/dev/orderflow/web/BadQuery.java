package dev.orderflow.web;

import org.jspecify.annotations.Nullable;

/** A query parameter that cannot be used; answered with 400. */
class BadQuery extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String parameter;

    BadQuery(String parameter, String message) {
        super(message);
        this.parameter = parameter;
    }

    String parameter() {
        return parameter;
    }

    /** The database holds no text with a zero character and takes none as a parameter. */
    static void refuseUnseen(String parameter, @Nullable String value) {
        if (value != null && value.indexOf('\0') >= 0) {
            throw new BadQuery(parameter, "holds a zero character; send plain text");
        }
    }
}
