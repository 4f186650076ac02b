// Money, codes, times and places in words: the same in the task forms, on the cards and in Cockpit.

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

/** A code as words: AWAITING_SHIPMENT and AwaitingShipment → "Awaiting shipment". What is no code stays as it is. */
export function words(code) {
  if (!code) return '';
  if (!/^[A-Za-z]+(_[A-Za-z]+)*$/.test(code)) return code;
  const spaced = code.replace(/([a-z])([A-Z])/g, '$1 $2').replaceAll('_', ' ').toLowerCase();
  return spaced[0].toUpperCase() + spaced.slice(1);
}

/** A carrier's code as its name: SF_EXPRESS → "SF EXPRESS". */
export function carrier(code) {
  return code.replaceAll('_', ' ');
}

/** A moment in the reader's time zone: "Nov 22, 2026, 5:51 PM". */
export function moment(instant) {
  return instant ? new Date(instant).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' }) : '';
}

const STEPS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/** How far away a moment is: "2 days ago", "in 3 hours". */
export function fromNow(instant) {
  const seconds = (new Date(instant) - Date.now()) / 1000;
  const [unit, length] = STEPS.find(([, length]) => Math.abs(seconds) >= length) ?? STEPS.at(-1);
  return new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' }).format(Math.trunc(seconds / length), unit);
}

const countries = new Intl.DisplayNames(undefined, { type: 'region', fallback: 'code' });

export function country(code) {
  try {
    return code ? countries.of(code) : '';
  } catch {
    return code;
  }
}

export function pieces(count) {
  return count === 1 ? '1 piece' : count + ' pieces';
}

/** How many pieces all lines of an order have together. */
export function count(order) {
  return order.lines.reduce((sum, line) => sum + line.quantity, 0);
}

/** Who did it, without the door they came through: "engine:wendy" → "wendy", "queue:/shop/web" → "/shop/web". */
export function person(actor) {
  return actor.replace(/^(engine|rest|http|queue):/, '');
}

const STATUS = /\b(PENDING_PAYMENT|PAID|AWAITING_SHIPMENT|SHIPPED|AWAITING_RECEIPT|RECEIVED|COMPLETED|CANCELLED)\b/g;

/** What the server refused, in sentences: "data.trackingNumber: is missing" → "Tracking number is missing." */
export function refusal(message) {
  if (!message) return 'The server gave no reason. Try again.';
  if (/does not have .* permission|required permissions/.test(message)) return 'You may not do this.';
  return message
    .replace(/^ENGINE-\d+ /, '')
    .split(/; (?=[\w.[\]]+: )/)
    .map((part) => part.replace(/^(?:data\.)?([A-Za-z]+): (.+)$/, (all, field, what) => words(field) + ' ' + what))
    .map((sentence) => sentence.replace(STATUS, (status) => words(status).toLowerCase()))
    .map((sentence) => (/[.!?]$/.test(sentence) ? sentence : sentence + '.'))
    .join(' ');
}
