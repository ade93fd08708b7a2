package io.liudan.request;

import io.liudan.household.Households;
import io.liudan.household.Registration;
import io.liudan.identity.Actor;
import io.liudan.identity.Audit;
import io.liudan.identity.Residents;
import io.liudan.identity.Retention;
import io.liudan.identity.Standing;
import io.liudan.problem.Problem;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What the law gives a person over their data: a copy of it (个人信息保护法 45) and its end (47), and the end that comes by
 * itself when it was kept long enough (19). Of an erased request there stay its code, place, category, status, outcome,
 * rating and steps, so that no figure changes; who filed it and what anybody wrote is gone.
 */
@Service
class PersonalData {

    private static final Logger LOG = LoggerFactory.getLogger(PersonalData.class);
    private static final int BATCH = 500;
    /** In place of an account. */
    private static final String ERASED = "erased";

    private final JdbcClient jdbc;
    private final RequestReader reader;
    private final EventLog events;
    private final Residents residents;
    private final Standing standing;
    private final Households households;
    private final Retention retention;
    private final Audit audit;
    private final ApplicationEventPublisher publisher;
    private final TransactionTemplate transaction;
    private final Clock clock;

    PersonalData(
            JdbcClient jdbc,
            RequestReader reader,
            EventLog events,
            Residents residents,
            Standing standing,
            Households households,
            Retention retention,
            Audit audit,
            ApplicationEventPublisher publisher,
            PlatformTransactionManager transactions,
            Clock clock) {
        this.jdbc = jdbc;
        this.reader = reader;
        this.events = events;
        this.residents = residents;
        this.standing = standing;
        this.households = households;
        this.retention = retention;
        this.audit = audit;
        this.publisher = publisher;
        this.transaction = new TransactionTemplate(transactions);
        this.clock = clock;
    }

    /**
     * @param requests as their resident reads them; contents of files are at {@code /api/v1/attachments/{id}}
     * @param phone by which they sign in; {@code household} as they registered it
     * @param following codes of others' requests
     */
    record Copy(
            String account,
            String name,
            String phone,
            Registration household,
            Instant at,
            List<RequestView> requests,
            List<String> following) {}

    /** @param open codes of requests that are still worked on; they are erased when they are closed */
    record Erasure(int erased, List<String> open) {}

    Copy copy(Actor actor) {
        return copy(actor, actor.username(), actor.name(), "own");
    }

    /**
     * The same of somebody without a phone, for the desk that keeps their account and hands it to them on paper.
     *
     * @throws Problem 404 when it isn't kept by the actor's desk
     */
    Copy copyOf(Actor actor, String account) {
        String name = kept(actor, account).name();
        return copy(actor, account, name, "kept");
    }

    private Copy copy(Actor actor, String account, String name, String policy) {
        audit.record("person.export", account, policy);
        return new Copy(
                account,
                name,
                residents.phone(account).orElse(null),
                households.of(account).orElse(null),
                clock.instant(),
                codes(account, "true").stream()
                        .map(code -> reader.fresh(code, actor))
                        .toList(),
                jdbc.sql("select request_code from request_follower where follower = ? order by since")
                        .param(account)
                        .query(String.class)
                        .list());
    }

    Erasure erase(Actor actor) {
        return erase(actor.username(), "own", standing::endOwn);
    }

    /** As {@link #copyOf}: who has no phone has the same right. */
    Erasure eraseOf(Actor actor, String account) {
        kept(actor, account);
        return erase(account, "kept", () -> {});
    }

    private Registration kept(Actor actor, String account) {
        return households
                .of(account)
                .filter(found -> households.keeps(actor, account))
                .orElseThrow(() -> Problem.notFound("no-household"));
    }

    private Erasure erase(String account, String policy, Runnable ended) {
        return transaction.execute(status -> {
            List<String> closed = codes(account, "status = 'CLOSED'");
            List<String> open = codes(account, "status <> 'CLOSED'");
            closed.forEach(code -> forget(code, true));
            jdbc.sql("delete from request_follower where follower = ?")
                    .param(account)
                    .update();
            jdbc.sql("delete from idempotency_key where caller = ?")
                    .param(account)
                    .update();
            jdbc.sql("delete from attachment where owner = ? and request_code is null")
                    .param(account)
                    .update();
            households.forget(account);
            if (open.isEmpty()) {
                // With it the way to what is still worked on would be gone.
                if (residents.forget(account)) {
                    ended.run();
                }
                jdbc.sql("delete from erasure_wish where username = ?")
                        .param(account)
                        .update();
            } else {
                jdbc.sql(
                                "insert into erasure_wish (username, at) values (?, ?) on conflict (username) do update set at = excluded.at")
                        .params(account, before(Duration.ZERO))
                        .update();
            }
            audit.record("person.erase", account, policy);
            return new Erasure(closed.size(), open);
        });
    }

    private List<String> codes(String account, String condition) {
        return jdbc.sql("select code from service_request where reporter = ? and " + condition + " order by id")
                .param(account)
                .query(String.class)
                .list();
    }

    /** Contacts go first, words and files after them; each batch by itself, so that nobody waits. */
    @Scheduled(initialDelayString = "PT15M", fixedDelayString = "PT1H")
    void keepNoLonger() {
        int contacts =
                inBatches("class = 'contact' and closed_at < ?", before(retention.of("contact")), this::forgetContact);
        int words = inBatches(
                "class = 'words' and closed_at < ?", before(retention.of("words")), code -> forget(code, false));
        int wishes = inBatches(
                "class = 'words' and request_code in (select r.code from erasure_wish w join service_request r on r.reporter = w.username and r.created_at <= w.at) and closed_at <= ?",
                before(Duration.ZERO),
                code -> forget(code, true));
        transaction.executeWithoutResult(status -> {
            jdbc
                    .sql(
                            "delete from erasure_wish w where not exists (select from service_request r where r.reporter = w.username and r.created_at <= w.at) returning username")
                    .query(String.class)
                    .list()
                    .stream()
                    // Whoever has filed something since stays, with what leads there.
                    .filter(account -> jdbc.sql("select 1 from service_request where reporter = ? limit 1")
                            .param(account)
                            .query()
                            .listOfRows()
                            .isEmpty())
                    .forEach(residents::forget);
            jdbc.sql("delete from idempotency_key where created_at < ?")
                    .param(before(retention.of("answers")))
                    .update();
            jdbc.sql("delete from attachment where request_code is null and created_at < ?")
                    .param(before(retention.of("answers")))
                    .update();
        });
        if (contacts + words + wishes > 0) {
            LOG.info(
                    "Kept long enough: the contact of {} requests, the words of {}, by wish {}",
                    contacts,
                    words,
                    wishes);
        }
    }

    private int inBatches(String condition, OffsetDateTime before, Consumer<String> end) {
        int all = 0;
        List<String> codes;
        do {
            codes = transaction.execute(status -> {
                List<String> found = jdbc.sql("select request_code from kept_data where " + condition
                                + " order by closed_at limit " + BATCH + " for update skip locked")
                        .param(before)
                        .query(String.class)
                        .list();
                found.forEach(end);
                return found;
            });
            all += codes.size();
        } while (codes.size() == BATCH);
        return all;
    }

    /** Who somebody is goes from the texts as well, for which the name has to be known still. */
    private void forgetContact(String code) {
        reader.withoutIdentifiers(code);
        jdbc.sql(
                        "update service_request set contact_name = null, contact_phone = null, contact_index = null, address = null where code = ?")
                .param(code)
                .update();
        jdbc.sql("delete from kept_data where class = 'contact' and request_code = ?")
                .param(code)
                .update();
    }

    /** @param author whether its author's account is to go as well */
    private void forget(String code, boolean author) {
        forgetContact(code);
        jdbc.sql(
                        "update service_request set title = '', description = '', headline = '', rating_comment = null where code = ?")
                .param(code)
                .update();
        jdbc.sql("delete from kept_data where class = 'words' and request_code = ?")
                .param(code)
                .update();
        events.forget(code);
        jdbc.sql("update work_order set report = null where request_code = ?")
                .param(code)
                .update();
        jdbc.sql("delete from attachment where request_code = ?").param(code).update();
        jdbc.sql("delete from request_search where request_code = ?")
                .param(code)
                .update();
        if (author) {
            jdbc.sql(
                            "update request_event e set actor = ? from service_request r where r.code = e.request_code and e.actor = r.reporter and r.code = ?")
                    .params(ERASED, code)
                    .update();
            jdbc.sql("update service_request set reporter = ? where code = ?")
                    .params(ERASED, code)
                    .update();
        }
        publisher.publishEvent(new RequestEvents.Forgotten(code));
    }

    private OffsetDateTime before(Duration span) {
        return clock.instant().minus(span).atOffset(ZoneOffset.UTC);
    }
}
