package dev.orderflow.process;

import dev.orderflow.order.Actor;
import dev.orderflow.order.Timeline;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.impl.identity.Authentication;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** Who acts: whom the queue or HTTP door let in, else whom the engine authenticated (REST, Tasklist), else a timer. */
@Component
class EngineActor implements Timeline.WhoActs {

    private final ObjectProvider<IdentityService> identity;

    EngineActor(ObjectProvider<IdentityService> identity) {
        this.identity = identity;
    }

    @Override
    public String now() {
        String actor = Actor.current();
        if (actor != null) {
            return actor;
        }
        Authentication authentication = identity.getObject().getCurrentAuthentication();
        return authentication == null ? "timer" : "engine:" + authentication.getUserId();
    }
}
