package io.liudan.matter;

import io.liudan.household.Households;
import io.liudan.household.Registration;
import io.liudan.identity.Actor;
import io.liudan.identity.Audit;
import io.liudan.identity.Redactor;
import io.liudan.identity.Residents;
import io.liudan.identity.Retention;
import io.liudan.identity.Standing;
import io.liudan.identity.Vault;
import io.liudan.problem.Problem;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
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
 * itself when it was kept long enough (19). Of an erased matter there stay its code, place, category, status, outcome,
 * rating and steps, so that no figure changes; who filed it and what anybody wrote is gone.
 */
@Service
class PersonalData {

    private static final Logger LOG = LoggerFactory.getLogger(PersonalData.class);
    private static final int BATCH = 500;
    private static final String OF_KIND = "kind = ? and class = ? and closed_at < ?";
    /** In place of an account. */
    private static final String ERASED = "erased";

    private final JdbcClient jdbc;
    private final MatterReader reader;
    private final MatterTexts texts;
    private final KindModules modules;
    private final Vault vault;
    private final Redactor redactor;
    private final EventLog events;
    private final Residents residents;
    private final Standing standing;
    private final Households households;
    private final Kinds kinds;
    private final Retention retention;
    private final Audit audit;
    private final ApplicationEventPublisher publisher;
    private final TransactionTemplate transaction;
    private final Clock clock;

    PersonalData(
            JdbcClient jdbc,
            MatterReader reader,
            MatterTexts texts,
            KindModules modules,
            Vault vault,
            Redactor redactor,
            EventLog events,
            Residents residents,
            Standing standing,
            Households households,
            Kinds kinds,
            Retention retention,
            Audit audit,
            ApplicationEventPublisher publisher,
            PlatformTransactionManager transactions,
            Clock clock) {
        this.jdbc = jdbc;
        this.reader = reader;
        this.texts = texts;
        this.modules = modules;
        this.vault = vault;
        this.redactor = redactor;
        this.events = events;
        this.residents = residents;
        this.standing = standing;
        this.households = households;
        this.kinds = kinds;
        this.retention = retention;
        this.audit = audit;
        this.publisher = publisher;
        this.transaction = new TransactionTemplate(transactions);
        this.clock = clock;
    }

    /**
     * @param requests as their resident reads them; contents of files are at {@code /api/v1/attachments/{id}}
     * @param matters the same of all other kinds
     * @param phone by which they sign in; {@code household} as they registered it
     * @param following codes of others' matters
     */
    record Copy(
            String account,
            String name,
            String phone,
            Registration household,
            Instant at,
            List<Object> requests,
            List<MatterView> matters,
            List<String> following) {}

    /** @param open codes of matters that are still worked on; they are erased when they are closed */
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
        Map<Boolean, List<Own>> filed = own(account).stream()
                .collect(Collectors.partitioningBy(one -> modules.of(one.kind()).isPresent()));
        return new Copy(
                account,
                name,
                residents.phone(account).orElse(null),
                households.of(account).orElse(null),
                clock.instant(),
                filed.get(true).stream()
                        .map(one -> modules.of(one.kind()).orElseThrow().own(one.code()))
                        .toList(),
                filed.get(false).stream().map(one -> reader.own(one.code())).toList(),
                jdbc.sql("select matter_id from matter_follower where follower = ? order by since")
                        .param(account)
                        .query((row, n) -> MatterCodes.of(row.getLong(1)))
                        .list());
    }

    private record Own(String code, String kind) {}

    private List<Own> own(String account) {
        return jdbc.sql("select code, kind from matter where reporter = ? order by id")
                .param(account)
                .query((row, n) -> new Own(row.getString("code"), row.getString("kind")))
                .list();
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
            jdbc.sql("delete from matter_follower where follower = ?")
                    .param(account)
                    .update();
            jdbc.sql("delete from idempotency_key where caller = ?")
                    .param(account)
                    .update();
            jdbc.sql("delete from attachment where owner = ? and matter_id is null")
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
        return jdbc.sql("select code from matter where reporter = ? and " + condition + " order by id")
                .param(account)
                .query(String.class)
                .list();
    }

    /** Contacts go first, words and files after them; each batch by itself, so that nobody waits. */
    @Scheduled(initialDelayString = "PT15M", fixedDelayString = "PT1H")
    void keepNoLonger() {
        int contacts = 0;
        int words = 0;
        for (Kind kind : kinds.all()) {
            contacts += inBatches(OF_KIND, List.of(kind.key(), "contact", kept(kind, "contact")), this::forgetContact);
            words += inBatches(OF_KIND, List.of(kind.key(), "words", kept(kind, "words")), code -> forget(code, false));
        }
        int wishes = inBatches(
                "class = 'words' and matter_id in (select m.id from erasure_wish w join matter m on m.reporter = w.username and m.created_at <= w.at) and closed_at <= ?",
                List.of(before(Duration.ZERO)),
                code -> forget(code, true));
        transaction.executeWithoutResult(status -> {
            jdbc
                    .sql(
                            "delete from erasure_wish w where not exists (select from matter m where m.reporter = w.username and m.created_at <= w.at) returning username")
                    .query(String.class)
                    .list()
                    .stream()
                    // Whoever has filed something since stays, with what leads there.
                    .filter(account -> jdbc.sql("select 1 from matter where reporter = ? limit 1")
                            .param(account)
                            .query()
                            .listOfRows()
                            .isEmpty())
                    .forEach(residents::forget);
            jdbc.sql("delete from idempotency_key where created_at < ?")
                    .param(before(retention.of("answers")))
                    .update();
            jdbc.sql("delete from attachment where matter_id is null and created_at < ?")
                    .param(before(retention.of("answers")))
                    .update();
        });
        if (contacts + words + wishes > 0) {
            LOG.info(
                    "Kept long enough: the contact of {} matters, the words of {}, by wish {}",
                    contacts,
                    words,
                    wishes);
        }
    }

    /** Until when a closed matter of this kind has to have ended for its data of a class to go. */
    private OffsetDateTime kept(Kind kind, String dataClass) {
        Period own = kind.keep().get(dataClass);
        return own == null
                ? before(retention.of(dataClass))
                : clock.instant().atOffset(ZoneOffset.UTC).minus(own);
    }

    private int inBatches(String condition, List<?> params, Consumer<String> end) {
        int all = 0;
        List<String> codes;
        do {
            codes = transaction.execute(status -> {
                List<String> found = jdbc.sql("select matter_id from kept_data where " + condition
                                + " order by closed_at limit " + BATCH + " for update skip locked")
                        .params(params)
                        .query((row, n) -> MatterCodes.of(row.getLong(1)))
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
        withoutIdentifiers(code);
        long number = MatterCodes.number(code);
        jdbc.sql(
                        "update matter set contact_name = null, contact_phone = null, contact_index = null, address = null where id = ?")
                .param(number)
                .update();
        jdbc.sql("delete from kept_data where class = 'contact' and matter_id = ?")
                .param(number)
                .update();
    }

    /** The texts as they are kept without what tells who somebody is; in the caller's transaction. */
    private void withoutIdentifiers(String code) {
        long number = MatterCodes.number(code);
        String name = vault.open(
                jdbc.sql("select contact_name from matter where id = ?")
                        .param(number)
                        .query((row, n) -> Optional.ofNullable(row.getString(1)))
                        .single()
                        .orElse(null),
                code);
        UnaryOperator<String> reading = text -> redactor.redact(text, name);
        String title = jdbc.sql("select title from matter where id = ?")
                .param(number)
                .query(String.class)
                .single();
        if (!title.isEmpty()) {
            jdbc.sql("update matter set title = ? where id = ?")
                    .params(vault.seal(reading.apply(vault.open(title, code)), code), number)
                    .update();
        }
        texts.rewrite(code, reading);
        events.rewrite(code, reading);
    }

    /** @param author whether its author's account is to go as well */
    private void forget(String code, boolean author) {
        forgetContact(code);
        long number = MatterCodes.number(code);
        jdbc.sql("update matter set title = '', headline = '' where id = ?")
                .param(number)
                .update();
        texts.forget(code);
        jdbc.sql("delete from kept_data where class = 'words' and matter_id = ?")
                .param(number)
                .update();
        events.forget(code);
        jdbc.sql("delete from attachment where matter_id = ?").param(number).update();
        jdbc.sql("delete from matter_search where matter_id = ?").param(number).update();
        if (author) {
            jdbc.sql(
                            "update matter_event e set actor = ? from matter m where m.id = e.matter_id and e.actor = m.reporter and m.id = ?")
                    .params(ERASED, number)
                    .update();
            jdbc.sql("update matter set reporter = ? where id = ?")
                    .params(ERASED, number)
                    .update();
        }
        publisher.publishEvent(new MatterEvents.Forgotten(code));
    }

    private OffsetDateTime before(Duration span) {
        return clock.instant().minus(span).atOffset(ZoneOffset.UTC);
    }
}
