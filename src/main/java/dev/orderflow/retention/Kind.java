package dev.orderflow.retention;

/** What is removed when it is old. */
public enum Kind {
    EVENTS,
    INBOX,
    DEAD_LETTERS,
    CONTACTS
}
