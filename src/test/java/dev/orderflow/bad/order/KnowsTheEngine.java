package dev.orderflow.bad.order;

import org.camunda.bpm.engine.RuntimeService;

class KnowsTheEngine {

    void start(RuntimeService engine) {
        engine.startProcessInstanceByKey("order");
    }
}
