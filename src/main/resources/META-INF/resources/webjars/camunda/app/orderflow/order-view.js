// Draws an order: beside a task in Tasklist and on its own tab in Cockpit. What the order says is only ever set as text.
import { carrier, count, country, fromNow, moment, money, person, pieces, words } from './words.js';

const STYLE = new URL('order.css', import.meta.url).href;

/** What a payment does to its order. */
const EFFECTS = {
  COVERS: 'Covers the order',
  PARTIAL: 'Part of the total',
  EXCESS: 'Not wanted',
  UNASSIGNED: 'Without an order',
};

/**
 * The order as an element.
 *
 * @param due when the task the order is shown for is due
 * @param unfolded whether the timeline is open from the start
 */
export function drawOrder(order, events, { due, unfolded } = {}) {
  dress();
  return box(
    'orderflow-order',
    head(order),
    late(order, events, due),
    box('orderflow-columns', linesOf(order), facts(order)),
    moneyOf(order),
    events && fold(`What happened so far (${events.length})`, timeline(events), unfolded),
  );
}

/** What happened under a number whose order is not there. */
export function drawEvents(events) {
  dress();
  return box('orderflow-order', section('What happened so far', timeline(events)));
}

/** Rows of money that came in, none of them with an order. */
export function drawPayments(payments) {
  dress();
  return box('orderflow-order', moneyTable('Payments without an order', ['Paid', 'How', 'Amount'], payments.map((payment) => [
    moment(payment.paidAt),
    how(payment),
    money(payment.amount, payment.currency),
  ])));
}

/** A refund with its reason and where it stands. */
export function drawRefund(refund) {
  dress();
  return box('orderflow-order', box('orderflow-columns', section(`Refund ${refund.refundId}`, list([
    ['Order', refund.orderNo],
    ['Amount', money(refund.amount, refund.currency)],
    ['Why', words(refund.reason)],
    ['Where it stands', words(refund.status)],
    ['What went wrong', refund.failure],
    ['Goes back to', how(refund)],
    ['Requested', moment(refund.requestedAt)],
    ['Settled', refund.settledAt && `${moment(refund.settledAt)}, ${refund.providerReference}`],
    ['Note', refund.note],
  ]))));
}

function head(order) {
  return element('header', {},
    element('h4', {}, `Order ${order.orderNo} `, element('span', { className: 'orderflow-status ' + order.status.toLowerCase() }, words(order.status))),
    element('p', {}, [
      pieces(count(order)),
      money(order.total, order.currency),
      `placed ${moment(order.times.placedAt)} (${fromNow(order.times.placedAt)})`,
    ].join(', ')),
  );
}

/** What should have happened by now, each in a sentence. */
function late(order, events, due) {
  const overdue = events?.findLast((event) => event.type === 'ShipmentOverdue');
  const sentences = [
    due && new Date(due) < new Date() && `This task is overdue: it was due ${fromNow(due)}, on ${moment(due)}.`,
    !due && overdue && order.status === 'AWAITING_SHIPMENT' && `The shipment is overdue since ${moment(overdue.time)}.`,
    ...order.refunds
      .filter((refund) => refund.status === 'ESCALATED')
      .map((refund) => `The refund of ${money(refund.amount, refund.currency)} waits for finance: ${refund.failure}.`),
  ].filter(Boolean);
  return warnings(sentences);
}

/** What somebody has to look at, each in a sentence. */
export function drawWarnings(sentences) {
  dress();
  return box('orderflow-order', warnings(sentences));
}

function warnings(sentences) {
  return sentences.map((sentence) => element('p', { className: 'orderflow-late' }, sentence));
}

function linesOf(order) {
  const amount = (value) => money(value, order.currency);
  const sums = [
    ['Shipping', order.shipping],
    order.tax && ['Tax', order.tax],
    order.discount && ['Discount', -order.discount],
    ['Total', order.total],
    ['Paid', order.captured],
    order.refunded && ['Refunds', -order.refunded],
  ].filter(Boolean);
  return table(null, ['Quantity', 'Article', 'Price', 'Amount'], order.lines.map((line) => [
    element('strong', {}, String(line.quantity)),
    element('span', {}, line.title, element('br'), element('small', {}, line.sku)),
    amount(line.unitPrice),
    amount(line.quantity * line.unitPrice),
  ]), sums.map(([name, value]) => element('tr', { className: name.toLowerCase() },
    element('td', { colSpan: 3 }, name), element('td', {}, amount(value)))));
}

function facts(order) {
  const { contact, shipment, review, times } = order;
  return section(null, list([
    ['Ship to', contact && address(contact.shipTo)],
    ['Buyer', contact
      ? lines(contact.name, contact.email, contact.phone, order.customerId)
      : order.erasedAt && `erased ${moment(order.erasedAt)}`],
    ['Shipment', shipment && lines(
      `${carrier(shipment.carrier)} ${shipment.trackingNumber}`,
      `from ${shipment.shipFrom}`,
      `shipped ${moment(shipment.shippedAt)}`,
      shipment.deliveredAt && `delivered ${moment(shipment.deliveredAt)}`,
    )],
    ['Received', moment(times.receivedAt)],
    ['Review', review && lines(`${review.rating} of 5`, review.comment)],
    ['Cancelled', times.cancelledAt && lines(words(order.cancelReason), contact?.cancelNote, moment(times.cancelledAt))],
  ]));
}

function moneyOf(order) {
  const rows = [
    ...order.payments.map((payment) => [
      moment(payment.paidAt), 'Payment, ' + how(payment), EFFECTS[payment.effect], money(payment.amount, payment.currency),
    ]),
    ...order.refunds.map((refund) => [
      moment(refund.settledAt ?? refund.requestedAt),
      `Refund ${refund.refundId}, ${words(refund.reason).toLowerCase()}`,
      words(refund.status),
      money(-refund.amount, refund.currency),
    ]),
  ];
  return rows.length
    ? moneyTable('Payments and refunds', ['When', 'What', 'Where it stands', 'Amount'], rows)
    : section('Payments and refunds', element('p', {}, 'No payment yet.'));
}

function timeline(events) {
  return table(null, ['When', 'What', 'Who', ''], events.map((event) => [
    moment(event.time), words(event.type), person(event.actor), details(event),
  ]));
}

function details({ type, data }) {
  return [
    type === 'CommandRefused' && words(data.type),
    words(data.reason),
    data.amount !== undefined && money(data.amount, data.currency),
    data.excess > 0 && `${money(data.excess, data.currency)} too much`,
    data.carrier && `${carrier(data.carrier)} ${data.trackingNumber}`,
    type.startsWith('Stock') && data.lines?.map((line) => `${line.quantity} × ${line.sku}`).join(', '),
    data.rating && `${data.rating} of 5`,
    data.providerReference,
    data.note,
  ].filter(Boolean).join(', ');
}

function how({ method, provider, paymentId }) {
  return `${words(method)}, ${provider} ${paymentId}`;
}

function address(to) {
  return lines(to.name, to.street, [to.postcode, to.city, to.region].filter(Boolean).join(' '), country(to.country), to.phone);
}

// What it is drawn with.

function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children.flat(Infinity).filter((child) => child || child === 0));
  return made;
}

function box(className, ...children) {
  return element('div', { className }, ...children);
}

function section(title, ...children) {
  return element('section', {}, title && element('h5', {}, title), ...children);
}

function fold(title, content, open) {
  return element('details', { open: Boolean(open) }, element('summary', {}, title), content);
}

function lines(...texts) {
  return texts.filter(Boolean).map((text) => element('div', {}, text));
}

function list(pairs) {
  return element('dl', {}, pairs
    .filter(([, value]) => value)
    .map(([name, value]) => [element('dt', {}, name), element('dd', {}, value)]));
}

function table(title, columns, rows, foot) {
  return section(title, element('table', {},
    element('thead', {}, element('tr', {}, columns.map((column) => element('th', { scope: 'col' }, column)))),
    element('tbody', {}, rows.map((cells) => element('tr', {}, cells.map((cell) => element('td', {}, cell))))),
    foot && element('tfoot', {}, foot),
  ));
}

/** A table whose last column is an amount. */
function moneyTable(title, columns, rows) {
  const made = table(title, columns, rows);
  made.className = 'orderflow-money';
  return made;
}

/** Puts our style sheet into the page, once. */
export function dress() {
  if (!document.querySelector(`link[href="${STYLE}"]`)) {
    document.head.append(element('link', { rel: 'stylesheet', href: STYLE }));
  }
}
