package dev.orderflow.bad.process;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;

class CallsOverTheNetDelegate implements JavaDelegate {

    @Override
    public void execute(DelegateExecution execution) throws IOException, InterruptedException {
        HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://localhost/")).build(),
                        HttpResponse.BodyHandlers.discarding());
    }
}
