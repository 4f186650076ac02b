// What the task forms share. A form calls one of the `show…` functions with its own { $scope, $injector, camForm } and gets the
// order drawn into its element `.orderflow-shown`; it can be completed once `shown` is on its scope. Forms are deployed with
// their model and live as long as its orders, so what is exported here may only grow.
import { ask } from './ask.js';
import { offerCancelling as cancelling } from './cancel.js';
import { fetchOrder, fetchRefund, fetchUnassigned, findOrder } from './orders.js';
import { drawOrder, drawRefund, drawPayments } from './order-view.js';
import { count, money, pieces, refusal } from './words.js';

/** Shows the order whose number is the business key of the task's process, as `order`. */
export function showOrder(form) {
  return show(form, async ({ task, businessKey }) => {
    const { order, events } = await fetchOrder(businessKey);
    draw(form, drawOrder(order, events, { due: task.due }));
    return { order, pieces: pieces(count(order)) };
  });
}

/** Shows the refund whose id is the business key, as `refund`, with its amount in words, and its order if there is one. */
export function showRefund(form) {
  return show(form, async ({ task, businessKey }) => {
    const refund = await fetchRefund(businessKey);
    const found = await findOrder(refund.orderNo);
    draw(form, drawRefund(refund), found && drawOrder(found.order, found.events, { due: task.due }));
    return { refund, amount: money(refund.amount, refund.currency) };
  });
}

/** Shows the payment that the task is about, as `payment`, with its amount in words. */
export function showUnassignedPayment(form) {
  return show(form, async ({ task, businessKey }) => {
    const variables = await engine(form, `task/${task.id}/form-variables?variableNames=payment`);
    const payment = (await fetchUnassigned(businessKey)).find(({ paymentKey }) => paymentKey === variables.payment.value);
    if (!payment) throw new Error('This payment has found its order meanwhile.');
    draw(form, drawPayments([payment]));
    return { payment, businessKey, amount: money(payment.amount, payment.currency) };
  });
}

/** Looks an order up by the number somebody types and shows it below; answers it, or null if there is none. */
export async function lookUp(form, orderNo) {
  form.wanted = orderNo;
  const found = orderNo ? await findOrder(orderNo) : null;
  if (form.wanted !== orderNo) return null; // typed on meanwhile
  form.root.querySelector('.orderflow-found').replaceChildren(...(found ? [drawOrder(found.order, found.events)] : []));
  return found?.order ?? null;
}

/** Before the task is completed, asks what `question(scope)` says: its title, text, yes and no; nothing where that is null. */
export function askBeforeCompleting({ $scope, camForm }, question) {
  let agreed = false;
  camForm.on('submit', () => {
    const asked = question($scope);
    if (agreed || !asked) {
      agreed = false;
      return;
    }
    camForm.submitPrevented = true;
    ask(asked).then((yes) => {
      if (!yes) return;
      agreed = true;
      $scope.$applyAsync(() => $scope.complete());
    });
  });
}

/** Puts what cancels the order of the form into its element `.orderflow-cancel`, as soon as the order is shown. */
export function offerCancelling(form) {
  const { $scope, $injector } = form;
  const stop = $scope.$watch('order', (order) => {
    if (!order) return;
    stop();
    const part = cancelling(order, () => $scope.$applyAsync(() => {
      $injector.get('Notifications').addMessage({ status: `Order ${order.orderNo} is cancelled.`, duration: 5000 });
      // The task is gone with the order: close it and load the list again.
      const location = $injector.get('$location');
      const { task, detailsTab, ...elsewhere } = location.search();
      location.search(elsewhere);
      $injector.get('$rootScope').$broadcast('refresh');
    }));
    form.root.querySelector('.orderflow-cancel').replaceChildren(part ?? '');
  });
}

async function show(form, load) {
  const { $scope, camForm } = form;
  form.root = camForm.formElement[0];
  camForm.on('submit-failed', (source, [failure]) => refuse(form, failure));
  try {
    const task = await engine(form, 'task/' + camForm.taskId);
    const { businessKey } = await engine(form, 'process-instance/' + task.processInstanceId);
    const shown = await load({ task, businessKey });
    $scope.$applyAsync(() => Object.assign($scope, shown, { shown: true }));
  } catch (failure) {
    draw(form, alert('This cannot be shown now. ' + refusal(failure.data?.message ?? failure.message)));
  }
}

const PREVENTED = 'camForm submission prevented';

/** Says below the fields, which stay as they are, what the server refused. */
function refuse({ root }, failure) {
  root.querySelector('.orderflow-refused')?.remove();
  // Tasklist itself says that a task is gone or suspended, and it says nothing where a dialog was answered with no.
  if (/task is null|No matching task|is suspended/.test(failure.message) || failure.message === PREVENTED) return;
  const refused = alert(refusal(failure.message));
  refused.classList.add('orderflow-refused');
  root.append(refused);
  refused.scrollIntoView({ block: 'nearest' });
  failure.message = PREVENTED; // or Tasklist would say it again, over the buttons and in the server's words
}

function alert(text) {
  const made = document.createElement('p');
  made.className = 'alert alert-danger';
  made.setAttribute('role', 'alert');
  made.textContent = text;
  return made;
}

function draw({ root }, ...elements) {
  root.querySelector('.orderflow-shown').replaceChildren(...elements.filter(Boolean));
}

async function engine({ $injector }, path) {
  const answer = await $injector.get('$http').get($injector.get('Uri').appUri('engine://engine/:engine/' + path));
  return answer.data;
}
