// Asks our API, and the engine's, in the session of whoever is logged in.

/** An order and what happened to it; its `events` are null if they cannot be read now. Fails with status 404 if there is none. */
export async function fetchOrder(orderNo) {
  const address = '/orders/' + encodeURIComponent(orderNo);
  const [order, events] = await Promise.all([
    get(address),
    fetchEvents(orderNo).catch(() => null), // an order without its timeline is still worth showing
  ]);
  return { order, events };
}

/** The same, or null if there is no such order. */
export function findOrder(orderNo) {
  return fetchOrder(orderNo).catch(nothing);
}

/** What happened under an order number, even if its order is not there. */
export async function fetchEvents(orderNo) {
  return (await get(`/orders/${encodeURIComponent(orderNo)}/events`)).events;
}

/** Lines, pieces and totals of these orders, by number. */
export async function fetchSummaries(orderNos) {
  const query = orderNos.map((orderNo) => 'orderNo=' + encodeURIComponent(orderNo)).join('&');
  return (await get(`/orders?limit=${orderNos.length}&${query}`)).orders;
}

/** The newest orders of a buyer, and `next` if there are more. */
export function fetchCustomersOrders(customerId) {
  return get('/orders?limit=20&customer=' + encodeURIComponent(customerId));
}

export function fetchRefund(refundId) {
  return get('/refunds/' + encodeURIComponent(refundId));
}

/** Money without an owner that came under this order number, or all of it. */
export function fetchUnassigned(orderNo) {
  return get('/payments/unassigned' + (orderNo ? '?orderNo=' + encodeURIComponent(orderNo) : ''));
}

/** Whether the person may tell orders something, such as that they are cancelled. */
export async function mayChangeOrders() {
  const { authorized } = await ask(ENGINE
    + '/authorization/check?permissionName=UPDATE_INSTANCE&resourceName=ProcessDefinition&resourceType=6&resourceId=order');
  return authorized;
}

/** Sends a message of the contract to the process that waits for it. */
export async function send(messageName, businessKey, data) {
  const message = { type: 'String', value: JSON.stringify(data), valueInfo: { transient: true } };
  await ask(ENGINE + '/message', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-XSRF-TOKEN': document.cookie.match(/XSRF-TOKEN=([^;]+)/)?.[1] ?? '' },
    body: JSON.stringify({ messageName, businessKey, processVariables: { message } }),
  });
}

// Below the application's own root, wherever that is: this file is at camunda/app/orderflow.
const ENGINE = '../../api/engine/engine/default';

function get(path) {
  return ask('../../../api' + path);
}

async function ask(path, request) {
  const answer = await fetch(new URL(path, import.meta.url), {
    credentials: 'same-origin',
    ...request,
    headers: { Accept: 'application/json', ...request?.headers },
  });
  if (!answer.ok) throw Object.assign(new Error(await reason(answer)), { status: answer.status });
  return answer.status === 204 ? null : answer.json();
}

async function reason(answer) {
  const problem = await answer.json().catch(() => ({}));
  return problem.message ?? problem.detail ?? `The server answered ${answer.status}.`;
}

function nothing(failure) {
  if (failure.status !== 404) throw failure;
  return null;
}
