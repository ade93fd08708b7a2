package io.liudan.process;

import java.util.Map;

import org.camunda.bpm.engine.AuthorizationService;
import org.camunda.bpm.engine.FilterService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.authorization.Authorization;
import org.camunda.bpm.engine.authorization.Permission;
import org.camunda.bpm.engine.authorization.Permissions;
import org.camunda.bpm.engine.authorization.Resources;
import org.camunda.bpm.engine.filter.Filter;
import org.springframework.boot.context.event.ApplicationStartedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/** What a clerk finds in the Tasklist: the tasks of the own desks. Nobody owns the filter, so nobody can change it there. */
@Component
class SharedFilters {

    private static final String MY_DESK = "本岗待办";

    private final FilterService filters;
    private final TaskService tasks;
    private final AuthorizationService authorizations;

    SharedFilters(FilterService filters, TaskService tasks, AuthorizationService authorizations) {
        this.filters = filters;
        this.tasks = tasks;
        this.authorizations = authorizations;
    }

    /** After the grants of {@code bpmn/grants.yaml}, which take away every grant that they don't name. */
    @EventListener(ApplicationStartedEvent.class)
    @Order(EngineGrants.ORDER + 1)
    void apply() {
        Filter filter = filters.createFilterQuery().filterName(MY_DESK).singleResult();
        if (filter == null) {
            filter = filters.newTaskFilter(MY_DESK);
        }
        filter.setQuery(tasks.createTaskQuery().taskCandidateGroupInExpression("${currentUserGroups()}").includeAssignedTasks()
                .orderByTaskPriority().desc().orderByTaskCreateTime().asc());
        filter.setProperties(Map.of("priority", 10, "color", "#0b6e99", "refresh", true, "showUndefinedVariable", false));
        filters.saveFilter(filter);
        Authorization read = authorizations.createNewAuthorization(Authorization.AUTH_TYPE_GRANT);
        read.setGroupId(EngineGrants.CLERKS);
        read.setResource(Resources.FILTER);
        read.setResourceId(filter.getId());
        read.setPermissions(new Permission[] {Permissions.READ});
        authorizations.saveAuthorization(read);
    }
}
