package io.liudan.matter;

import io.liudan.household.Households;
import io.liudan.identity.Actor;
import io.liudan.identity.Redactor;
import io.liudan.identity.Vault;
import io.liudan.problem.Problem;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.commons.codec.digest.DigestUtils;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.i18n.LocaleContextHolder;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The one way in: whatever channel and whatever kind. */
@Service
public class Intake {

    private static final int KEY_LIMIT = 200;

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final PlainJson json;
    private final Places places;
    private final Kinds kinds;
    private final EventLog events;
    private final Attachments attachments;
    private final MatterTexts texts;
    private final MatterFields fields;
    private final Registers registers;
    private final Vault vault;
    private final Redactor redactor;
    private final Households households;
    private final ApplicationEventPublisher publisher;

    Intake(
            JdbcClient jdbc,
            PlatformTransactionManager transactions,
            PlainJson json,
            Places places,
            Kinds kinds,
            EventLog events,
            Attachments attachments,
            MatterTexts texts,
            MatterFields fields,
            Registers registers,
            Vault vault,
            Redactor redactor,
            Households households,
            ApplicationEventPublisher publisher) {
        this.jdbc = jdbc;
        this.transaction = new TransactionTemplate(transactions);
        this.json = json;
        this.places = places;
        this.kinds = kinds;
        this.events = events;
        this.attachments = attachments;
        this.texts = texts;
        this.fields = fields;
        this.registers = registers;
        this.vault = vault;
        this.redactor = redactor;
        this.households = households;
        this.publisher = publisher;
    }

    /**
     * Who sends something in.
     *
     * @param actor keys of different senders are different
     * @param channel how it came, for example {@code api}
     * @param key of the call; the same again gets the same answer
     */
    public record Call(Actor actor, String channel, String key) {}

    /**
     * Takes a matter in, once per key: a second call with the same key and body gets the first one's answer, also when
     * both come at the same time; the second then waits at the key's primary key until the first has committed.
     *
     * @param body what was sent, as the door read it
     * @param answer makes the answer for a new matter's code
     * @return the answer as JSON, new or as it was the first time
     * @throws Problem 422 when a field is wrong or the key was used with another body, 400 when the key is missing
     */
    public String once(Call call, Object body, Draft draft, Function<String, Object> answer) {
        if (call.key() == null || call.key().isBlank() || call.key().length() > KEY_LIMIT) {
            throw Problem.badRequest("idempotency-key-missing", KEY_LIMIT);
        }
        String hash = DigestUtils.sha256Hex(json.write(body));
        // What takes its time is done before anything is locked.
        Reading reading = reading(draft);
        return transaction.execute(status -> once(call, hash, draft, reading, answer));
    }

    /** A matter's title and words without what tells who somebody is, and the words by which it is found. */
    private record Reading(String headline, String bigrams) {}

    private Reading reading(Draft draft) {
        String name = draft.contact().name();
        String headline = redactor.redact(draft.title(), name);
        String words = draft.texts().entrySet().stream()
                .filter(text -> !draft.contactTexts().contains(text.getKey()))
                .filter(text -> !text.getValue().equals(draft.title()))
                .map(text -> redactor.redact(text.getValue(), name))
                .collect(Collectors.joining(" "));
        return new Reading(headline, Bigrams.of(headline, words));
    }

    private String once(Call call, String hash, Draft draft, Reading reading, Function<String, Object> answer) {
        String caller = call.actor().username();
        int claimed = jdbc.sql(
                        "insert into idempotency_key (caller, key, body_hash, created_at) values (?, ?, ?, ?) on conflict do nothing")
                .params(caller, call.key(), hash, events.now())
                .update();
        if (claimed == 0) {
            return jdbc.sql("select body_hash, response from idempotency_key where caller = ? and key = ?")
                    .params(caller, call.key())
                    .query((row, n) -> {
                        if (!row.getString("body_hash").equals(hash)) {
                            throw Problem.unprocessable("idempotency-key-reused");
                        }
                        return vault.open(row.getString("response"), place(call));
                    })
                    .single();
        }
        String response = json.write(answer.apply(begin(call, draft, reading)));
        jdbc.sql("update idempotency_key set response = ? where caller = ? and key = ?")
                .params(vault.seal(response, place(call)), caller, call.key())
                .update();
        return response;
    }

    /** Who a matter is of that the hub itself begins, and of which kind the one was that it came from. */
    record Origin(String reporter, String kind) {}

    /** A matter that another one turned out to be; in the caller's transaction. */
    String handedOn(Origin origin, Draft draft) {
        return begin(newest(draft.kind()), origin.reporter(), "matter/" + origin.kind(), draft, reading(draft));
    }

    private Kinds.Newest newest(String kind) {
        return kinds.newest(kind).orElseThrow(() -> Problem.notFound("no-such-kind", kind));
    }

    private String begin(Call call, Draft draft, Reading reading) {
        Actor actor = call.actor();
        Kinds.Newest kind = newest(draft.kind());
        if (!Starters.among(kind.kind().start(), actor)) {
            throw Problem.forbidden("may-not-begin", kind.kind().name().in(LocaleContextHolder.getLocale()));
        }
        if (draft.onBehalfOf() != null && !households.keeps(actor, draft.onBehalfOf())) {
            throw Problem.field("onBehalfOf", "not-kept");
        }
        return begin(kind, actor.username(), call.channel(), draft, reading);
    }

    private String begin(Kinds.Newest kind, String sender, String channel, Draft draft, Reading reading) {
        Places.Place place = places.of(draft.where());
        String category = draft.category();
        places.requireCategory(category);
        long id = jdbc.sql("select nextval('matter_number')").query(Long.class).single();
        String code = MatterCodes.of(id);
        jdbc.sql("""
                insert into matter (id, code, kind, kind_version, category, title, headline, lat, lon, datum, address, grid_code, community_code,
                    street_code, channel, reporter, anonymous, contact_name, contact_phone, contact_index, fields, status, created_at, updated_at)
                values (:id, :code, :kind, :version, :category, :title, :headline, :lat, :lon, :datum, :address, :grid, :community,
                    :street, :channel, :reporter, :anonymous, :name, :phone, :index, :fields::jsonb, :status, :now, :now)""")
                .param("id", id)
                .param("code", code)
                .param("kind", draft.kind())
                .param("version", kind.version())
                .param("category", category)
                .param("title", vault.seal(draft.title(), code))
                .param("headline", vault.seal(reading.headline(), code))
                .param("lat", place.point() == null ? null : place.point().lat())
                .param("lon", place.point() == null ? null : place.point().lon())
                .param("datum", place.datum() == null ? null : place.datum().name())
                .param("address", vault.seal(draft.where().address(), code))
                .param("grid", place.gridCode())
                .param("community", place.communityCode())
                .param("street", place.streetCode())
                .param("channel", channel)
                .param("reporter", draft.onBehalfOf() == null ? sender : draft.onBehalfOf())
                .param("anonymous", draft.anonymous())
                .param("name", vault.seal(draft.contact().name(), code))
                .param("phone", vault.seal(draft.contact().phone(), code))
                .param(
                        "index",
                        draft.contact().phone() == null
                                ? null
                                : vault.index(draft.contact().phone()))
                .param("fields", draft.fields().isEmpty() ? null : json.write(draft.fields()))
                .param("status", kind.kind().statuses().keySet().iterator().next())
                .param("now", events.now())
                .update();
        draft.texts()
                .forEach((field, text) ->
                        texts.keep(code, field, draft.contactTexts().contains(field), text));
        jdbc.sql("insert into matter_desk (desk, matter_id) select desk, ? from unnest(?) desk")
                .params(id, place.desks().toArray(String[]::new))
                .update();
        jdbc.sql(
                        "insert into matter_search (matter_id, kind, grid_code, category, created_at, open, bigrams) values (?, ?, ?, ?, ?, true, ?)")
                .params(id, draft.kind(), place.gridCode(), category, events.now(), reading.bigrams())
                .update();
        fields.index(kind.kind(), draft.fields(), id);
        registers.visited(kind.kind(), draft.fields());
        attachments.attach(code, sender, draft.attachments());
        events.append(code, EventLog.SUBMITTED, sender, null, Map.of("channel", channel));
        publisher.publishEvent(new MatterEvents.Submitted(
                code,
                draft.kind(),
                category,
                place.gridCode(),
                place.communityCode(),
                place.streetCode(),
                MatterFields.entering(kind.kind(), draft.fields())));
        return code;
    }

    private static String place(Call call) {
        return call.actor().username() + "/" + call.key();
    }
}
