-- By itself: whoever adds a trigger to a table that others write to should hold no other.
create function stock_stays() returns trigger language plpgsql as $$
begin
    if exists (select from reservation where sku = old.sku) then
        raise foreign_key_violation
            using message = format('pieces of %s were reserved; delete these reservations first', old.sku);
    end if;
    return old;
end
$$;
create trigger stock_stays before delete on stock for each row execute function stock_stays();
