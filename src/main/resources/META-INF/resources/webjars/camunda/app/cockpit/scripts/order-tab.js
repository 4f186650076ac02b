// The tab "Order" of a process instance: the order that the order, payment or refund process is about.
import { drawEvents, drawOrder, drawPayments, drawRefund, drawWarnings } from '../../orderflow/order-view.js';
import { fetchEvents, fetchOrder, fetchRefund, fetchUnassigned, findOrder } from '../../orderflow/orders.js';
import { fromNow } from '../../orderflow/words.js';

const DRAWINGS = {
  async order(orderNo) {
    const { order, events } = await fetchOrder(orderNo);
    return [drawOrder(order, events, { unfolded: true })];
  },
  async payment(orderNo) {
    const [payments, found] = await Promise.all([fetchUnassigned(orderNo), findOrder(orderNo)]);
    return [
      payments.length > 0 && drawPayments(payments),
      found ? drawOrder(found.order, found.events, { unfolded: true }) : drawEvents(await fetchEvents(orderNo)),
    ];
  },
  async refund(refundId) {
    const refund = await fetchRefund(refundId);
    const found = await findOrder(refund.orderNo);
    return [drawRefund(refund), found && drawOrder(found.order, found.events, { unfolded: true })];
  },
};

export default {
  id: 'orderflow-order',
  pluginPoint: 'cockpit.processInstance.runtime.tab',
  priority: 100,
  properties: { label: 'Order' },

  render(node, { api, processInstanceId }) {
    node.style.padding = '15px';
    draw(api, processInstanceId).then(
      (drawn) => node.replaceChildren(...drawn.filter(Boolean)),
      (failure) => { node.textContent = 'The order cannot be shown now. ' + failure.message; },
    );
  },
};

async function draw(api, processInstanceId) {
  const id = encodeURIComponent(processInstanceId);
  const [{ definitionKey, businessKey, suspended }, failed] = await Promise.all([
    engine(api, `process-instance/${id}`),
    engine(api, `job?withException=true&processInstanceId=${id}`),
  ]);
  const drawing = DRAWINGS[definitionKey];
  if (!drawing) throw new Error('This process belongs to no order.');
  const warnings = [
    suspended && 'This process is suspended: nothing happens until an administrator activates it again.',
    ...failed.map(({ exceptionMessage, retries, dueDate }) => exceptionMessage + (retries > 0
      ? ` Tries left: ${retries}, the next one ${fromNow(dueDate)}.`
      : ' No tries are left.')),
  ].filter(Boolean);
  return [warnings.length > 0 && drawWarnings(warnings), ...await drawing(businessKey)];
}

async function engine(api, path) {
  const answer = await fetch(`${api.engineApi}/${path}`, { credentials: 'same-origin' });
  if (!answer.ok) throw new Error('Its process has ended, or is not yours to see.');
  return answer.json();
}
