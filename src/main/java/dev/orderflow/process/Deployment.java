package dev.orderflow.process;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.impl.RepositoryServiceImpl;
import org.camunda.bpm.engine.repository.DeploymentBuilder;
import org.camunda.bpm.engine.repository.ProcessDefinition;
import org.camunda.bpm.engine.repository.Resource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.stereotype.Component;

/**
 * Deploys models and forms under their plain file names, and only what changed, before the first message can arrive. The engine's
 * own auto-deployment would name them by path and leave the forms out.
 *
 * <p>What was deployed before and has been followed by something newer is not deployed again: while nodes of two releases run side by
 * side, an old one that restarts would otherwise make its models the newest. Whoever goes back to an older release for good says so
 * with {@code orderflow.models.redeploy=true}.
 */
@Component
@EnableConfigurationProperties(Deployment.Settings.class)
class Deployment implements InitializingBean {

    private static final Logger LOG = LoggerFactory.getLogger(Deployment.class);

    private static final String NAME = "orderflow";

    private final RepositoryService repository;
    private final Settings settings;

    Deployment(RepositoryService repository, Settings settings) {
        this.repository = repository;
        this.settings = settings;
    }

    @Override
    public void afterPropertiesSet() throws IOException {
        Map<String, byte[]> ours = new TreeMap<>();
        read(ours, settings.location());
        read(ours, "classpath:/forms/*.html");
        if (!settings.redeploy() && isOlder(ours)) {
            LOG.info("A newer release has deployed its models; this one's stay as they are");
            readModels();
            return;
        }
        DeploymentBuilder deployment = repository.createDeployment().name(NAME).enableDuplicateFiltering(false);
        ours.forEach((name, content) -> deployment.addInputStream(name, new ByteArrayInputStream(content)));
        deployment.deploy();
        readModels();
    }

    /** Now, by one thread, and not by the first messages at once. */
    private void readModels() {
        for (ProcessDefinition definition :
                repository.createProcessDefinitionQuery().active().list()) {
            ((RepositoryServiceImpl) repository).getDeployedProcessDefinition(definition.getId());
        }
    }

    private static void read(Map<String, byte[]> files, String pattern) throws IOException {
        for (var file : new PathMatchingResourcePatternResolver().getResources(pattern)) {
            try (InputStream content = file.getInputStream()) {
                files.put(String.valueOf(file.getFilename()), content.readAllBytes());
            }
        }
    }

    /** Whether exactly this was deployed before, and then something else. */
    private boolean isOlder(Map<String, byte[]> ours) {
        List<org.camunda.bpm.engine.repository.Deployment> newestFirst = repository
                .createDeploymentQuery()
                .deploymentName(NAME)
                .orderByDeploymentTime()
                .desc()
                .list();
        return newestFirst.stream().skip(1).anyMatch(earlier -> isSame(earlier.getId(), ours))
                && !isSame(newestFirst.get(0).getId(), ours);
    }

    private boolean isSame(String deploymentId, Map<String, byte[]> ours) {
        List<Resource> theirs = repository.getDeploymentResources(deploymentId);
        return theirs.size() == ours.size()
                && theirs.stream()
                        .allMatch(resource -> Arrays.equals(
                                ((org.camunda.bpm.engine.impl.persistence.entity.ResourceEntity) resource).getBytes(),
                                ours.get(resource.getName())));
    }

    /**
     * {@code orderflow.models.*}
     *
     * @param location where the models are
     * @param redeploy makes this release's models the newest even where they were deployed before
     */
    @ConfigurationProperties("orderflow.models")
    record Settings(
            @DefaultValue("classpath:/bpmn/*.bpmn") String location,
            @DefaultValue("false") boolean redeploy) {}
}
