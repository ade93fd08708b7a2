package io.liudan.embedded;

import io.liudan.identity.IdentityProperties;
import io.liudan.problem.StartupProblem;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.annotation.Profile;
import org.springframework.context.event.EventListener;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/** The last words of a start: where to go and as whom, or why nobody can sign in. */
@Component
@Profile("embedded")
class Welcome {

    private final ObjectProvider<EmbeddedKeycloak> keycloak;
    private final EmbeddedDatabase database;
    private final IdentityProperties identity;
    private final String webUrl;
    private final int simulators;

    Welcome(
            ObjectProvider<EmbeddedKeycloak> keycloak,
            EmbeddedDatabase database,
            IdentityProperties identity,
            @Value("${liudan.web-url}") String webUrl,
            EmbeddedProperties properties) {
        this.keycloak = keycloak;
        this.database = database;
        this.identity = identity;
        this.webUrl = webUrl;
        this.simulators = properties.simulators().port();
    }

    @EventListener(ApplicationReadyEvent.class)
    @Order(Ordered.LOWEST_PRECEDENCE)
    void say() {
        try {
            keycloak.ifAvailable(EmbeddedKeycloak::awaitReady);
        } catch (StartupProblem problem) {
            System.out.printf(
                    "%n  六单枢纽 Liudan Hub runs, but nobody can sign in.%n  %s%n  %s/actuator/health names the broken link.%n%n",
                    problem.getMessage(), webUrl);
            return;
        }
        System.out.printf("""

                  六单枢纽 Liudan Hub is ready.  Ctrl-C ends all of it.

                  工作台 Tasklist    %1$s/camunda/app/tasklist/   as grid1, community1, street1, dept-cgj, supervisor, admin
                  接口   API         %1$s/docs                    residents: resident1 … resident3
                  连接   Connectors  %1$s/camunda/assets/hub/operator.html   as integrator
                  卡住   Stuck steps %1$s/camunda/assets/hub/stuck.html      as process-operator
                  版本   Versions    %1$s/camunda/assets/hub/versions.html   as designer
                  住户   Households  %1$s/camunda/assets/hub/households.html as grid1
                  审计   Audit       %1$s/camunda/assets/hub/audit.html      as auditor
                  短信   Inbox       %1$s/embedded/inbox         what would go to residents' phones, one-time codes too
                  部门   Departments http://localhost:%5$d/               the simulated systems of departments: answer from them, break them
                  状态   Health      %1$s/actuator/health
                  身份   Keycloak    %2$s/account
                  数据   PostgreSQL  %3$s (user %4$s)

                  Every demo account has the password: demo, and none a second factor, which production asks of supervisors, designers, process operators and administrators.
                  The housing bureau has accounts of its own: choose 住房和城乡建设局账号 and sign in as kang.ning.

                """, webUrl, identity.issuer(), database.getJdbcUrl(), database.getUsername(), simulators);
        keycloak.ifAvailable(server -> server.passwordToShow()
                .ifPresent(password -> System.out.printf(
                        "  Keycloak's own administrator, shown this once: admin / %s at %s%n%n",
                        password, identity.issuer().replaceFirst("/realms/.*", "/admin/"))));
    }
}
