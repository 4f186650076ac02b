-- Whoever writes a row has every check of its table parsed and planned for that one statement; what a domain asks is kept by the
-- connection, and asked only of values that are new. An order is written again with each move, and its figures never change.
--
-- One table a migration, so that none holds a lock that another waits for; and what the domains ask comes last (V18), so that no table is
-- written anew.
create domain order_status as text;
create domain cancel_reason as text;
create domain currency_code as text;
create domain minor_units as bigint;
create domain message_outcome as text;
create domain reservation_state as text;
create domain natural_number as bigint;
create domain positive_number as bigint;
