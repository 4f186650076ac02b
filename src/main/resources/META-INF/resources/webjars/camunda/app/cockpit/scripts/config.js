// Read before anybody has logged in: no secrets here. Replaces Camunda's file of the same name.
export default {
  app: { name: 'Operations', vendor: 'Orderflow' },
  disableWelcomeMessage: true,
  customScripts: ['scripts/order-tab'],
};
