// What the task forms share: the order a task is about, beside the fields, and money, times and places in words.
// A form imports this module and calls one of the functions below; order.html draws what they put on its scope.

/** Shows the order whose number is the business key of the task's process. */
export function showOrder(form) {
  return prepare(form, async () => showOrderNo(form, await businessKey(form)));
}

/** Shows what `address` answers for the business key, and the order it names, as `name` and `order` on the scope. */
export function showByBusinessKey(form, name, address) {
  return prepare(form, async () => {
    const found = await getJson(address(encodeURIComponent(await businessKey(form))));
    put(form, { [name]: found });
    if (found.orderNo) await showOrderNo(form, found.orderNo);
  });
}

/** Shows what `address` answers for the business key, which may belong to no order. */
export function showWithoutOrder(form, name, address) {
  return prepare(form, async () => {
    const key = await businessKey(form);
    put(form, { [name]: await getJson(address(encodeURIComponent(key))), businessKey: key });
  });
}

/** Looks an order up and shows it; answers whether there is one. */
export async function lookUp(form, orderNo) {
  try {
    await showOrderNo(form, orderNo);
    return true;
  } catch (failure) {
    if (failure.status !== 404) throw failure;
    put(form, { order: null, events: [] });
    return false;
  }
}

async function showOrderNo(form, orderNo) {
  const address = '/api/orders/' + encodeURIComponent(orderNo);
  const [order, events] = await Promise.all([
    getJson(address),
    getJson(address + '/events').then(timeline, () => null), // an order without its timeline is still worth showing
  ]);
  put(form, { order, events });
}

/** The timeline as rows of when, what, who and why. */
function timeline(answer) {
  return answer.events.map((event) => ({ when: event.time, what: event.type, who: event.actor, why: event.reason }));
}

async function prepare(form, load) {
  const { $scope, Uri } = form;
  Object.assign($scope, { money, words, moment: timeInWords, country, pieces });
  $scope.orderCard = Uri.appUri('tasklistbase://orderflow/order.html');
  try {
    await load();
  } catch (failure) {
    put(form, { failure: 'The order cannot be shown now. ' + (failure.message ?? '') });
  }
}

function put({ $scope }, values) {
  $scope.$applyAsync(() => Object.assign($scope, values));
}

async function businessKey({ $http, Uri, camForm }) {
  const engine = (path) => $http.get(Uri.appUri('engine://engine/:engine/' + path)).then((answer) => answer.data);
  const task = await engine('task/' + camForm.taskId);
  const instance = await engine('process-instance/' + task.processInstanceId);
  return instance.businessKey;
}

async function getJson(address) {
  const answer = await fetch(address, { credentials: 'same-origin', headers: { Accept: 'application/json' } });
  if (!answer.ok) throw Object.assign(new Error(`${address} answered ${answer.status}`), { status: answer.status });
  return answer.json();
}

// ISO 4217's minor units; browsers disagree with it for a few currencies, and every other one has two digits.
const DIGITS = Object.fromEntries([
  ...'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'.split(' ').map((code) => [code, 0]),
  ...'BHD IQD JOD KWD LYD OMR TND'.split(' ').map((code) => [code, 3]),
  ...'CLF UYW'.split(' ').map((code) => [code, 4]),
]);

/** An integer of minor units as an amount with its currency: 5990, BRL → "BRL 59.90". */
export function money(amount, currency) {
  if (amount === null || amount === undefined || !currency) return '';
  const digits = DIGITS[currency] ?? 2;
  return new Intl.NumberFormat(undefined, {
    style: 'currency',
    currency,
    currencyDisplay: 'code',
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(amount / 10 ** digits);
}

/** A code as words: AWAITING_SHIPMENT and AwaitingShipment → "Awaiting shipment". */
export function words(code) {
  if (!code) return '';
  const spaced = code.replace(/([a-z])([A-Z])/g, '$1 $2').replaceAll('_', ' ').toLowerCase();
  return spaced[0].toUpperCase() + spaced.slice(1);
}

function timeInWords(instant) {
  return instant ? new Date(instant).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' }) : '';
}

const countries = new Intl.DisplayNames(undefined, { type: 'region', fallback: 'code' });

function country(code) {
  try {
    return code ? countries.of(code) : '';
  } catch {
    return code;
  }
}

function pieces(order) {
  const count = order.lines.reduce((sum, line) => sum + line.quantity, 0);
  return count === 1 ? '1 piece' : count + ' pieces';
}
