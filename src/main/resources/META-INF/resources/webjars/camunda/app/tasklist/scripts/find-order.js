// "Find an order", at the top of Tasklist: any order by its number, or all of a buyer's; and who may, cancels it there.
import { offerCancelling } from '../../orderflow/cancel.js';
import { drawOrder, dress } from '../../orderflow/order-view.js';
import { fetchCustomersOrders, fetchOrder, fetchSummaries, mayChangeOrders } from '../../orderflow/orders.js';
import { moment, money, pieces, words } from '../../orderflow/words.js';

export default {
  id: 'orderflow-find',
  pluginPoint: 'tasklist.navbar.action',
  priority: 400,

  render(node) {
    dress();
    const opener = element('a', { href: '', className: 'orderflow-find' }, element('span', { className: 'glyphicon glyphicon-search' }), ' Find an order');
    opener.addEventListener('click', (event) => {
      event.preventDefault();
      open();
    });
    node.replaceChildren(opener);
  },
};

function open() {
  const input = element('input', { id: 'find-order', type: 'text', className: 'form-control', autocomplete: 'off', spellcheck: false, maxLength: 64 });
  const found = element('div', { className: 'orderflow-found' });
  found.setAttribute('aria-live', 'polite');
  const close = element('button', { type: 'button', className: 'btn btn-default' }, 'Close');
  const form = element('form', {},
    element('label', { htmlFor: 'find-order' }, 'Number of the order, or of its buyer'),
    element('div', { className: 'orderflow-asked' }, input, element('button', { type: 'submit', className: 'btn btn-primary' }, 'Find'), close),
  );
  const dialog = element('dialog', { className: 'orderflow-dialog' }, form, found);
  dialog.setAttribute('aria-label', 'Find an order');

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    found.replaceChildren(); // nobody should act on what was found before
    show(found, input.value.trim());
  });
  close.addEventListener('click', () => dialog.close());
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

async function show(found, asked, news) {
  if (!asked) return;
  found.asked = asked;
  let drawn;
  try {
    drawn = await answer(found, asked);
  } catch (failure) {
    drawn = [said('This cannot be looked up now. ' + failure.message, 'alert alert-danger')];
  }
  if (found.asked === asked) found.replaceChildren(...[news && said(news, 'alert alert-success'), ...drawn].filter(Boolean)); // or asked on meanwhile
}

async function answer(found, asked) {
  const [one] = await fetchSummaries([asked, asked.toUpperCase()]); // as our numbers are; but a shop may have made its own
  if (one) {
    const { order, events } = await fetchOrder(one.orderNo);
    const cancelled = () => show(found, order.orderNo, `Order ${order.orderNo} is cancelled.`);
    return [drawOrder(order, events), await mayChangeOrders() && offerCancelling(order, cancelled)];
  }
  const { orders, next } = await fetchCustomersOrders(asked);
  if (orders.length === 0) return [said('There is no order and no buyer with this number.', 'alert alert-warning')];
  return [
    said(next ? `The newest ${orders.length} orders of this buyer` : `All orders of this buyer (${orders.length})`),
    element('ul', {}, ...orders.map((order) => {
      const link = element('a', { href: '' }, order.orderNo);
      link.addEventListener('click', (event) => {
        event.preventDefault();
        show(found, order.orderNo);
      });
      return element('li', {}, link, ' ' + [
        words(order.status), pieces(order.pieces), money(order.total, order.currency), 'placed ' + moment(order.times.placedAt),
      ].join(', '));
    })),
  ];
}

function said(text, className = '') {
  const made = element('p', { className }, text);
  if (className) made.setAttribute('role', 'status');
  return made;
}

function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}
