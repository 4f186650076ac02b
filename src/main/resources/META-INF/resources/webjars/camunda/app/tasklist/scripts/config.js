// Read before anybody has logged in: no secrets here. Replaces Camunda's file of the same name.
export default {
  app: { name: 'Tasks', vendor: 'Orderflow' },
  disableWelcomeMessage: true,
  customScripts: ['scripts/order-card', 'scripts/find-order'],

  shortcuts: {
    claimTask: { key: 'ctrl+alt+c', description: 'claims the currently selected task' },
    focusFilter: { key: 'ctrl+shift+f', description: 'set the focus to the first filter in the list' },
    focusList: { key: 'ctrl+alt+l', description: 'sets the focus to the first task in the list' },
    focusForm: { key: 'ctrl+alt+f', description: 'sets the focus to the first input field in a task form' },
  },
};
