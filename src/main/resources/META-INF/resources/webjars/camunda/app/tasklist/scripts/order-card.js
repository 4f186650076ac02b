// What a task's card says about its order: how much there is to do, and for how much. All cards that are drawn together ask
// together, and what one of them learned the next one knows.
import { dress } from '../../orderflow/order-view.js';
import { fetchRefund, fetchSummaries, fetchUnassigned } from '../../orderflow/orders.js';
import { fromNow, money, pieces } from '../../orderflow/words.js';

const KEPT = 1000;
const TOGETHER_MILLIS = 50;

const known = new Map(); // task id → the promise of a function that says it, as ages grow while a card is shown
let waiting = null;

export default {
  id: 'orderflow-card',
  pluginPoint: 'tasklist.card',
  priority: 300,

  render(node, { api, taskId }) {
    dress();
    node.className = 'orderflow-card';
    text(api, taskId).then((said) => { node.textContent = said?.() ?? ''; }, () => known.delete(taskId));
  },
};

function text(api, taskId) {
  if (!known.has(taskId)) {
    if (known.size >= KEPT) known.clear();
    waiting ??= later(api);
    waiting.ids.push(taskId);
    known.set(taskId, waiting.texts.then((texts) => texts.get(taskId)));
  }
  return known.get(taskId);
}

function later(api) {
  const batch = { ids: [] };
  batch.texts = new Promise((go) => { setTimeout(go, TOGETHER_MILLIS); }).then(() => {
    waiting = null;
    return textsOf(api, batch.ids);
  });
  return batch;
}

async function textsOf(api, taskIds) {
  const tasks = await engine(api, 'task?taskIdIn=' + taskIds.join(','));
  const processes = tasks.map((task) => task.processInstanceId).join(',');
  const instances = await engine(api, 'process-instance?processInstanceIds=' + processes);
  const of = (model) => instances
    .filter((instance) => instance.definitionKey === model)
    .map(({ id, businessKey }) => ({ id, businessKey, taskId: tasks.find((task) => task.processInstanceId === id).id }));
  return new Map((await Promise.all([orders(of('order')), refunds(of('refund')), payments(api, of('payment'))])).flat());
}

async function orders(instances) {
  if (instances.length === 0) return [];
  const summaries = await fetchSummaries(instances.map((instance) => instance.businessKey));
  return instances.map(({ taskId, businessKey }) => {
    const order = summaries.find((summary) => summary.orderNo === businessKey);
    return [taskId, () => order
      && [pieces(order.pieces), money(order.total, order.currency), 'placed ' + fromNow(order.times.placedAt)].join(', ')];
  });
}

function refunds(instances) {
  return Promise.all(instances.map(async ({ taskId, businessKey }) => {
    const refund = await fetchRefund(businessKey);
    return [taskId, () => `${money(refund.amount, refund.currency)}, order ${refund.orderNo}`];
  }));
}

async function payments(api, instances) {
  if (instances.length === 0) return [];
  const [unassigned, variables] = await Promise.all([
    fetchUnassigned(),
    engine(api, 'variable-instance?variableName=payment&processInstanceIdIn=' + instances.map((instance) => instance.id).join(',')),
  ]);
  return instances.map(({ id, taskId }) => {
    const key = variables.find((variable) => variable.processInstanceId === id)?.value;
    const payment = unassigned.find(({ paymentKey }) => paymentKey === key);
    return [taskId, () => payment && `${money(payment.amount, payment.currency)}, came ${fromNow(payment.recordedAt)}`];
  });
}

async function engine(api, path) {
  const answer = await fetch(`${api.engineApi}/${path}`, { credentials: 'same-origin' });
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
  return answer.json();
}
