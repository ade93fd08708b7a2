package io.liudan.process.engine;

import io.liudan.identity.People;
import io.liudan.process.tasks.EngineGrants;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.camunda.bpm.engine.BadUserRequestException;
import org.camunda.bpm.engine.identity.Group;
import org.camunda.bpm.engine.identity.GroupQuery;
import org.camunda.bpm.engine.identity.NativeUserQuery;
import org.camunda.bpm.engine.identity.Tenant;
import org.camunda.bpm.engine.identity.TenantQuery;
import org.camunda.bpm.engine.identity.User;
import org.camunda.bpm.engine.identity.UserQuery;
import org.camunda.bpm.engine.impl.GroupQueryImpl;
import org.camunda.bpm.engine.impl.Page;
import org.camunda.bpm.engine.impl.TenantQueryImpl;
import org.camunda.bpm.engine.impl.UserQueryImpl;
import org.camunda.bpm.engine.impl.context.Context;
import org.camunda.bpm.engine.impl.identity.ReadOnlyIdentityProvider;
import org.camunda.bpm.engine.impl.interceptor.CommandContext;
import org.camunda.bpm.engine.impl.interceptor.CommandExecutor;
import org.camunda.bpm.engine.impl.interceptor.Session;
import org.camunda.bpm.engine.impl.interceptor.SessionFactory;
import org.camunda.bpm.engine.impl.persistence.entity.GroupEntity;
import org.camunda.bpm.engine.impl.persistence.entity.UserEntity;

/**
 * The engine's view of people: read-only, out of the hub's local directory, by name, part of a name or desk. Nobody
 * signs in through it, and Keycloak is never asked.
 */
class PeopleIdentityProvider implements ReadOnlyIdentityProvider {

    private static final int LIMIT = 200;

    private final People people;

    PeopleIdentityProvider(People people) {
        this.people = people;
    }

    record Factory(People people) implements SessionFactory {

        @Override
        public Class<?> getSessionType() {
            return ReadOnlyIdentityProvider.class;
        }

        @Override
        public Session openSession() {
            return new PeopleIdentityProvider(people);
        }
    }

    @Override
    public User findUserById(String userId) {
        return people.find(userId).map(PeopleIdentityProvider::user).orElse(null);
    }

    @Override
    public UserQuery createUserQuery() {
        return new Users(outside());
    }

    @Override
    public UserQuery createUserQuery(CommandContext context) {
        return new Users(null);
    }

    @Override
    public NativeUserQuery createNativeUserQuery() {
        throw new BadUserRequestException("There is no table of users to query");
    }

    @Override
    public boolean checkPassword(String userId, String password) {
        return false;
    }

    @Override
    public Group findGroupById(String groupId) {
        return group(groupId);
    }

    @Override
    public GroupQuery createGroupQuery() {
        return new Groups(outside());
    }

    @Override
    public GroupQuery createGroupQuery(CommandContext context) {
        return new Groups(null);
    }

    @Override
    public Tenant findTenantById(String tenantId) {
        return null;
    }

    @Override
    public TenantQuery createTenantQuery() {
        return new NoTenants(outside());
    }

    @Override
    public TenantQuery createTenantQuery(CommandContext context) {
        return new NoTenants(null);
    }

    @Override
    public void flush() {
        // nothing is ever written
    }

    @Override
    public void close() {
        // nothing is held
    }

    /** A query that leaves the command that made it runs in one of its own. */
    private static CommandExecutor outside() {
        return Context.getProcessEngineConfiguration().getCommandExecutorTxRequired();
    }

    private static User user(People.Person person) {
        UserEntity user = new UserEntity(person.username());
        user.setFirstName(person.name());
        user.setLastName("");
        return user;
    }

    private static Group group(String id) {
        GroupEntity group = new GroupEntity(id);
        group.setName(id);
        return group;
    }

    private final class Users extends UserQueryImpl {

        Users(CommandExecutor outside) {
            super(outside);
        }

        @Override
        public long executeCount(CommandContext context) {
            return executeList(context, null).size();
        }

        @Override
        public List<User> executeList(CommandContext context, Page page) {
            List<People.Person> found = getId() != null
                    ? people.find(getId()).stream().toList()
                    : getIds() != null
                            ? List.of(getIds()).stream()
                                    .map(people::find)
                                    .flatMap(Optional::stream)
                                    .toList()
                            : getGroupId() != null
                                    ? people.at(getGroupId(), LIMIT)
                                    : like().map(text -> people.search(text, LIMIT))
                                            .orElse(List.of());
            return found.stream()
                    .filter(person -> getGroupId() == null || person.desks().contains(getGroupId()))
                    .map(PeopleIdentityProvider::user)
                    .toList();
        }

        /** Part of a name, from whichever field of Camunda's dialogs it came. */
        private Optional<String> like() {
            return Stream.of(getFirstNameLike(), getLastNameLike(), getFirstName(), getLastName())
                    .filter(Objects::nonNull)
                    .map(text -> text.replace("%", "").strip())
                    .filter(text -> !text.isEmpty())
                    .findFirst();
        }
    }

    private final class Groups extends GroupQueryImpl {

        Groups(CommandExecutor outside) {
            super(outside);
        }

        @Override
        public long executeCount(CommandContext context) {
            return executeList(context, null).size();
        }

        @Override
        public List<Group> executeList(CommandContext context, Page page) {
            if (getUserId() != null) {
                return people.find(getUserId()).stream()
                        .flatMap(person -> EngineGrants.groups(person.roles(), person.desks()).stream())
                        .map(PeopleIdentityProvider::group)
                        .toList();
            }
            return getId() != null
                    ? List.of(group(getId()))
                    : getIds() != null
                            ? List.of(getIds()).stream()
                                    .map(PeopleIdentityProvider::group)
                                    .toList()
                            : List.of();
        }
    }

    private static final class NoTenants extends TenantQueryImpl {

        NoTenants(CommandExecutor outside) {
            super(outside);
        }

        @Override
        public long executeCount(CommandContext context) {
            return 0;
        }

        @Override
        public List<Tenant> executeList(CommandContext context, Page page) {
            return List.of();
        }
    }
}
