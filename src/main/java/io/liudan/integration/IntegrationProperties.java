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
 * @param addresses files of what may be called inside this network; the first that is there counts
 * @param secretsInClear whether departments' files may hold passwords; for the demo's, which everybody knows
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
        List<String> addresses,
        boolean secretsInClear,
        @DefaultValue("1s") Duration reload,
        String linkSecret,
        @DefaultValue("3d") Duration linkLife,
        @DefaultValue("1d") Duration earlyMessages,
        Map<String, String> retryCycles,
        @DefaultValue Circuit circuit) {

    /**
     * @param failures it opens at so many calls at least, when half of the last {@code calls} failed
     * @param calls so many of the last ones are looked at
     * @param halfOpen after this it is tried again
     */
    record Circuit(
            @DefaultValue("5") int failures,
            @DefaultValue("10") int calls,
            @DefaultValue("30s") Duration halfOpen) {}
}
