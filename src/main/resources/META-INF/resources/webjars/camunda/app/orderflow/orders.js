// Asks our API, in the session of whoever is logged in.

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

export function fetchRefund(refundId) {
  return get('/refunds/' + encodeURIComponent(refundId));
}

/** Money without an owner that came under this order number, or all of it. */
export function fetchUnassigned(orderNo) {
  return get('/payments/unassigned' + (orderNo ? '?orderNo=' + encodeURIComponent(orderNo) : ''));
}

async function get(path) {
  // Below the application's own root, wherever that is: this file is at camunda/app/orderflow.
  const address = new URL('../../../api' + path, import.meta.url);
  const answer = await fetch(address, { credentials: 'same-origin', headers: { Accept: 'application/json' } });
  if (!answer.ok) throw Object.assign(new Error(await reason(answer)), { status: answer.status });
  return answer.json();
}

async function reason(answer) {
  const problem = await answer.json().catch(() => ({}));
  return problem.detail ?? `The server answered ${answer.status}.`;
}

function nothing(failure) {
  if (failure.status !== 404) throw failure;
  return null;
}
