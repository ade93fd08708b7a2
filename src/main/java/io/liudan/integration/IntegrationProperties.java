package io.liudan.integration;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the doors to departments' systems.
 *
 * @param templates folders of route templates; the first that holds any counts
 * @param departments folder of one file for each connected department, looked at again every {@code reload}
 * @param reload how often
 * @param linkSecret signs links to attachments
 * @param linkLife how long such a link is good for
 * @param earlyMessages how long a message that comes too early is kept and tried again
 * @param retryCycles named waits between attempts
 * @param circuit when a department's system is left alone
 */
@ConfigurationProperties("liudan.integration")
record IntegrationProperties(
        List<String> templates,
        Path departments,
        @DefaultValue("1s") Duration reload,
        String linkSecret,
        @DefaultValue("3d") Duration linkLife,
        @DefaultValue("1d") Duration earlyMessages,
        Map<String, String> retryCycles,
        @DefaultValue Circuit circuit) {

    /**
     * @param failures so many within {@code window} open it
     * @param halfOpen after this it is tried again
     */
    record Circuit(
            @DefaultValue("5") int failures,
            @DefaultValue("1m") Duration window,
            @DefaultValue("30s") Duration halfOpen) {}
}
