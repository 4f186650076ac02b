package dev.orderflow.process;

import java.io.IOException;
import java.io.InputStream;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.repository.DeploymentBuilder;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.stereotype.Component;

/**
 * Deploys models and forms under their plain file names, and only what changed, before the first message can arrive. The engine's
 * own auto-deployment would name them by path and leave the forms out.
 */
@Component
class Deployment implements InitializingBean {

    private final RepositoryService repository;

    Deployment(RepositoryService repository) {
        this.repository = repository;
    }

    @Override
    public void afterPropertiesSet() throws IOException {
        var resources = new PathMatchingResourcePatternResolver();
        DeploymentBuilder deployment =
                repository.createDeployment().name("orderflow").enableDuplicateFiltering(false);
        add(deployment, resources.getResources("classpath:/bpmn/*.bpmn"));
        add(deployment, resources.getResources("classpath:/forms/*.html"));
        deployment.deploy();
    }

    private static void add(DeploymentBuilder deployment, Resource[] resources) throws IOException {
        for (Resource resource : resources) {
            try (InputStream content = resource.getInputStream()) {
                deployment.addInputStream(resource.getFilename(), content);
            }
        }
    }
}
