// Gives an order up: in the task forms, and beside an order somebody has looked up. Its fields belong to no variable of a process.
import { ask } from './ask.js';
import { send } from './orders.js';
import { count, money, pieces, refusal } from './words.js';

const CANCELLABLE = ['PENDING_PAYMENT', 'PAID', 'AWAITING_SHIPMENT'];

/** The part that cancels this order, or null where it is too late; calls `cancelled` once it is. */
export function offerCancelling(order, cancelled) {
  if (!CANCELLABLE.includes(order.status)) return null;
  const part = document.createElement('details');
  part.className = 'orderflow-more';
  part.innerHTML = `
    <summary>Cancel this order</summary>
    <div class="form-group">
      <label class="control-label" for="cancel-reason">Who wants it cancelled</label>
      <select id="cancel-reason" class="form-control">
        <option value="">Choose …</option>
        <option value="CUSTOMER">The buyer</option>
        <option value="OPERATOR">We do: it cannot be delivered, or should not be</option>
      </select>
    </div>
    <div class="form-group">
      <label class="control-label" for="cancel-note">Why</label>
      <textarea id="cancel-note" class="form-control" rows="2" maxlength="1000" aria-describedby="cancel-hint"></textarea>
      <span class="help-block" id="cancel-hint">At most 1000 letters, for colleagues: it stays in this house.</span>
    </div>
    <p class="alert alert-danger" role="alert" hidden></p>
    <button type="button" class="btn btn-danger" disabled>Cancel the order …</button>`;
  const [reason, note, refused, button] = ['select', 'textarea', '[role=alert]', 'button'].map((what) => part.querySelector(what));
  const check = () => { button.disabled = !reason.value || !note.value.trim(); };
  part.addEventListener('input', check);
  part.addEventListener('change', check);
  button.addEventListener('click', async () => {
    if (!await ask(question(order))) return;
    button.disabled = true;
    try {
      await send('CancelOrder', order.orderNo, { reason: reason.value, note: note.value.trim() });
    } catch (failure) {
      refused.textContent = refusal(failure.message);
      refused.hidden = false;
      check();
      return;
    }
    cancelled();
  });
  return part;
}

function question(order) {
  const kept = order.captured - order.refunded;
  return {
    title: `Cancel order ${order.orderNo}?`,
    text: `${pieces(count(order))} go back to the shelf`
      + (kept > 0 ? ` and ${money(kept, order.currency)} to the buyer` : '; nothing was paid') + '. This cannot be undone.',
    yes: 'Cancel the order',
    no: 'Keep the order',
  };
}
