package dev.orderflow.web;

import org.springframework.context.annotation.Configuration;
import org.springframework.http.CacheControl;
import org.springframework.web.servlet.config.annotation.ResourceHandlerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * Serves what we add to Tasklist and Cockpit so that a browser asks every time whether it has changed. Left to itself it would
 * keep the old scripts for days beside the new forms.
 */
@Configuration(proxyBeanMethods = false)
class OperatorPages implements WebMvcConfigurer {

    @Override
    public void addResourceHandlers(ResourceHandlerRegistry registry) {
        String apps = "classpath:/META-INF/resources/webjars/camunda/app/";
        registry.addResourceHandler("/camunda/app/orderflow/**")
                .addResourceLocations(apps + "orderflow/")
                .setCacheControl(CacheControl.noCache());
        registry.addResourceHandler("/camunda/app/*/scripts/**", "/camunda/app/*/styles/**")
                .addResourceLocations(apps)
                .setCacheControl(CacheControl.noCache());
    }
}
