// Asks before something that cannot be undone. The web applications run in a sandbox without the browser's own dialogs.

/** Whether the person says yes. Escape and the button in focus say no. */
export function ask({ title, text, yes, no }) {
  const dialog = document.createElement('dialog');
  dialog.className = 'orderflow-ask';
  dialog.setAttribute('aria-label', title);
  const menu = document.createElement('menu');
  menu.append(button(no, 'btn btn-default', 'no'), button(yes, 'btn btn-danger', 'yes'));
  dialog.append(said('h4', title), said('p', text), menu);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((answer) => {
    dialog.addEventListener('close', () => {
      dialog.remove();
      answer(dialog.returnValue === 'yes');
    });
  });

  function button(label, className, value) {
    const made = said('button', label);
    Object.assign(made, { className, type: 'button', value });
    made.addEventListener('click', () => dialog.close(value));
    return made;
  }
}

function said(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}
