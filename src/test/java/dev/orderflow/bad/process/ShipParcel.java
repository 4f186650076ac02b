package dev.orderflow.bad.process;

import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;

class ShipParcel implements JavaDelegate {

    @Override
    public void execute(DelegateExecution execution) {}
}
