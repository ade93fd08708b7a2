package io.liudan.process.engine;

import io.liudan.process.limits.Deadlines;
import io.liudan.process.limits.Watch;
import io.liudan.process.rules.Verbs;
import io.liudan.process.tasks.Desks;
import io.liudan.process.tasks.MatterVerbs;
import io.liudan.process.tasks.WorkOrders;
import java.util.Map;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The beans that models may call, by the names that they use. */
@Configuration(proxyBeanMethods = false)
class ModelVerbs {

    @Bean
    Verbs verbs(Desks desks, Deadlines deadlines, WorkOrders workOrders, Watch watch, MatterVerbs matters) {
        return Verbs.of(Map.of(
                "desks", desks, "deadlines", deadlines, "workOrders", workOrders, "watch", watch, "matters", matters));
    }
}
