package dev.orderflow.web;

/** What was asked for is not there; answered with 404. */
class NotThere extends RuntimeException {

    private static final long serialVersionUID = 1L;

    NotThere(String message) {
        super(message);
    }
}
