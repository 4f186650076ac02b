package dev.orderflow.security;

import org.springframework.http.HttpStatus;
import org.springframework.web.ErrorResponseException;

/** A request's body is longer than {@code orderflow.max-body}. */
public class BodyTooLarge extends ErrorResponseException {

    private static final long serialVersionUID = 1L;

    BodyTooLarge(long most) {
        super(HttpStatus.PAYLOAD_TOO_LARGE);
        setDetail(detail(most));
    }

    static String detail(long most) {
        return "The body may have " + most + " bytes at most";
    }
}
