package dev.orderflow.process;

import dev.orderflow.review.Reviews;
import dev.orderflow.review.SubmitReview;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.springframework.stereotype.Component;

/** Records what the buyer says of the order. */
@Component("recordReview")
class RecordReviewDelegate implements JavaDelegate {

    private final Incoming incoming;
    private final Reviews reviews;

    RecordReviewDelegate(Incoming incoming, Reviews reviews) {
        this.incoming = incoming;
        this.reviews = reviews;
    }

    @Override
    public void execute(DelegateExecution execution) {
        reviews.submit(execution.getProcessBusinessKey(), incoming.require(execution, SubmitReview.class));
    }
}
