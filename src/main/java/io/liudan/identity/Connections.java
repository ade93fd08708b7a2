package io.liudan.identity;

import java.util.concurrent.Executors;
import org.springframework.boot.web.embedded.tomcat.TomcatProtocolHandlerCustomizer;
import org.springframework.boot.web.embedded.tomcat.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * A call has a virtual thread: one that waits for somebody slow costs some kilobytes and keeps nobody else from being
 * answered; whoever is slower than the limits allow is let go. How many are worked on at once, {@link Turns} says.
 */
@Configuration(proxyBeanMethods = false)
class Connections {

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> paceOfBodies(RateLimits limits) {
        return tomcat -> tomcat.addEngineValves(new PacedBodies(limits.pace()));
    }

    @Bean
    TomcatProtocolHandlerCustomizer<?> virtualThreadForEachCall() {
        return handler -> handler.setExecutor(Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("call-", 0).factory()));
    }
}
