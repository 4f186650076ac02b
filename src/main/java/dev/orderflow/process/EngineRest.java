package dev.orderflow.process;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.Response;
import java.lang.annotation.Annotation;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.regex.Pattern;
import org.camunda.bpm.engine.rest.dto.ExceptionDto;
import org.camunda.bpm.engine.rest.impl.CamundaRestResources;
import org.camunda.bpm.spring.boot.starter.rest.CamundaJerseyResourceConfig;
import org.glassfish.jersey.jackson.JacksonFeature;
import org.glassfish.jersey.server.ServerProperties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/** The engine's REST API, for machines and for Camunda's clients. */
@Component
@ApplicationPath("/engine-rest")
class EngineRest extends CamundaJerseyResourceConfig {

    @Override
    protected void registerCamundaRestResources() {
        EngineAnswers.register();
        registerClasses(CamundaRestResources.getResourceClasses());
        registerClasses(CamundaRestResources.getConfigurationClasses());
        register(JacksonFeature.withoutExceptionMappers()); // ours know what to say
    }

    @Override
    protected void registerAdditionalResources() {
        register(NothingOfOurInside.class);
        // Nobody needs the engine's resources described in a form of 2009.
        property(ServerProperties.WADL_FEATURE_DISABLE, true);
    }

    /** What the engine says of its own: without the names of its classes, and where the fault is ours, without its reasons. */
    static final class NothingOfOurInside implements ContainerResponseFilter {

        private static final Logger LOG = LoggerFactory.getLogger(NothingOfOurInside.class);
        private static final Pattern CLASS_NAME = Pattern.compile("\\b(?:[a-z]\\w*\\.){2,}[A-Z][\\w$]*(?:: )?");

        @Override
        public void filter(ContainerRequestContext request, ContainerResponseContext response) {
            if (!(response.getEntity() instanceof ExceptionDto failure)) {
                return;
            }
            if (response.getStatus() < HttpStatus.INTERNAL_SERVER_ERROR.value()) {
                String words = Objects.requireNonNullElse(failure.getMessage(), "");
                failure.setMessage(CLASS_NAME.matcher(words).replaceAll(""));
                return;
            }
            String reference = UUID.randomUUID().toString();
            LOG.warn(
                    "Answered {} {} with {} under the reference {}: {} {}",
                    request.getMethod(),
                    request.getUriInfo().getPath(),
                    response.getStatus(),
                    reference,
                    failure.getType(),
                    failure.getMessage());
            String words = "The engine cannot do this; if you think it should, tell us the reference";
            Response told = EngineAnswers.problem(
                    HttpStatus.INTERNAL_SERVER_ERROR, words, words, Map.of("reference", reference));
            response.setEntity(told.getEntity(), new Annotation[0], told.getMediaType());
        }
    }
}
