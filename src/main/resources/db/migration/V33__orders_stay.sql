-- The other half of those foreign keys: it is asked only of who deletes, which nobody does in the course of an order.
create function order_stays() returns trigger language plpgsql as $$
begin
    if exists (select from order_line where order_no = old.order_no)
       or exists (select from order_contact where order_no = old.order_no)
       or exists (select from reservation where order_no = old.order_no)
       or exists (select from shipment where order_no = old.order_no)
       or exists (select from review where order_no = old.order_no) then
        raise foreign_key_violation
            using message = format('order %s has lines, pieces, a parcel or a review; delete these first', old.order_no);
    end if;
    return old;
end
$$;
create trigger order_stays before delete on orders for each row execute function order_stays();
