package io.liudan.request;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.liudan.directory.CityDirectory;
import io.liudan.directory.Coordinates;
import io.liudan.directory.Datum;
import io.liudan.directory.Grid;
import io.liudan.household.Households;
import io.liudan.identity.Actor;
import io.liudan.identity.Redactor;
import io.liudan.identity.Vault;
import io.liudan.problem.Problem;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.commons.codec.digest.DigestUtils;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The one door through which every channel's requests enter. */
@Service
public class Intake {

    private static final int KEY_LIMIT = 200;

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final ObjectMapper json;
    private final CityDirectory city;
    private final EventLog events;
    private final Attachments attachments;
    private final Vault vault;
    private final Redactor redactor;
    private final Households households;
    private final ApplicationEventPublisher publisher;

    Intake(
            JdbcClient jdbc,
            PlatformTransactionManager transactions,
            ObjectMapper json,
            CityDirectory city,
            EventLog events,
            Attachments attachments,
            Vault vault,
            Redactor redactor,
            Households households,
            ApplicationEventPublisher publisher) {
        this.jdbc = jdbc;
        this.transaction = new TransactionTemplate(transactions);
        this.json = json;
        this.city = city;
        this.events = events;
        this.attachments = attachments;
        this.vault = vault;
        this.redactor = redactor;
        this.households = households;
        this.publisher = publisher;
    }

    /**
     * Takes a request in, once per key: a second call with the same key and body gets the first one's answer, also when
     * both come at the same time; the second then waits at the key's primary key until the first has committed.
     *
     * @param actor who sends it; keys of different senders are different
     * @param channel how it came, for example {@code api}
     * @param answer makes the answer for a new request's code
     * @return the answer as JSON, new or as it was the first time
     * @throws Problem 422 when a field is wrong or the key was used with another body, 400 when the key is missing
     */
    public String once(
            Actor actor, String channel, String key, Submission submission, Function<String, Object> answer) {
        if (key == null || key.isBlank() || key.length() > KEY_LIMIT) {
            throw Problem.badRequest("idempotency-key-missing", KEY_LIMIT);
        }
        String hash = DigestUtils.sha256Hex(write(submission));
        // What takes its time is done before anything is locked.
        Reading reading = reading(submission);
        return transaction.execute(status -> once(new Call(actor, channel, key, hash), submission, reading, answer));
    }

    /** A request's title and words without what tells who somebody is, and the words by which it is found. */
    private record Reading(String headline, String bigrams) {}

    private Reading reading(Submission submission) {
        String name = submission.contact() == null ? null : submission.contact().name();
        String headline = redactor.redact(submission.title().strip(), name);
        return new Reading(headline, Bigrams.of(headline, redactor.redact(submission.description(), name)));
    }

    /** One sender's call under one key. */
    private record Call(Actor actor, String channel, String key, String hash) {}

    private String once(Call call, Submission submission, Reading reading, Function<String, Object> answer) {
        Actor actor = call.actor();
        String key = call.key();
        String hash = call.hash();
        int claimed =
                jdbc.sql("""
                insert into idempotency_key (caller, key, body_hash, created_at) values (?, ?, ?, ?) on conflict do nothing""").params(actor.username(), key, hash, events.now()).update();
        if (claimed == 0) {
            return jdbc.sql("select body_hash, response from idempotency_key where caller = ? and key = ?")
                    .params(actor.username(), key)
                    .query((row, n) -> {
                        if (!row.getString("body_hash").equals(hash)) {
                            throw Problem.unprocessable("idempotency-key-reused");
                        }
                        return vault.open(row.getString("response"), place(actor, key));
                    })
                    .single();
        }
        String response = write(answer.apply(submit(actor, call.channel(), submission, reading)));
        jdbc.sql("update idempotency_key set response = ? where caller = ? and key = ?")
                .params(vault.seal(response, place(actor, key)), actor.username(), key)
                .update();
        return response;
    }

    private String submit(Actor actor, String channel, Submission submission, Reading reading) {
        Place place = place(submission);
        Grid grid = place.grid();
        String category = submission.category();
        if (category != null && city.category(category).isEmpty()) {
            throw Problem.field("category", "unknown-category", category);
        }
        if (submission.onBehalfOf() != null && !households.keeps(actor, submission.onBehalfOf())) {
            throw Problem.field("onBehalfOf", "not-kept");
        }
        Submission.Contact contact = submission.contact();
        String name = contact == null ? null : contact.name();
        String title = submission.title().strip();
        String code = RequestCodes.of(
                jdbc.sql("select nextval('request_number')").query(Long.class).single());
        long id = jdbc.sql("""
                insert into service_request (code, category, title, description, lat, lon, datum, address, grid_code, community_code,
                    street_code, channel, reporter, anonymous, contact_name, contact_phone, contact_index, headline, status, created_at, updated_at)
                values (:code, :category, :title, :description, :lat, :lon, :datum, :address, :grid, :community,
                    :street, :channel, :reporter, :anonymous, :name, :phone, :index, :headline, :status, :now, :now) returning id""")
                .param("code", code)
                .param("category", category)
                .param("title", vault.seal(title, code))
                .param("description", vault.seal(submission.description().strip(), code))
                .param("lat", place.point() == null ? null : place.point().lat())
                .param("lon", place.point() == null ? null : place.point().lon())
                .param("datum", place.datum() == null ? null : place.datum().name())
                .param(
                        "address",
                        submission.location() == null
                                ? null
                                : vault.seal(submission.location().address(), code))
                .param("grid", grid.code())
                .param("community", grid.communityCode())
                .param("street", grid.streetCode())
                .param("channel", channel)
                .param("reporter", submission.onBehalfOf() == null ? actor.username() : submission.onBehalfOf())
                .param("anonymous", Boolean.TRUE.equals(submission.anonymous()))
                .param("name", vault.seal(name, code))
                .param("phone", contact == null ? null : vault.seal(contact.phone(), code))
                .param("index", contact == null ? null : vault.index(contact.phone()))
                .param("headline", vault.seal(reading.headline(), code))
                .param("status", Status.ORDERED.name())
                .param("now", events.now())
                .query(Long.class)
                .single();
        jdbc.sql("insert into request_desk (desk, request_id) values (?, ?), (?, ?), (?, ?)")
                .params(grid.desk(), id, "community-" + grid.communityCode(), id, "street-" + grid.streetCode(), id)
                .update();
        jdbc.sql(
                        "insert into request_search (request_code, grid_code, category, created_at, bigrams) values (?, ?, ?, ?, ?)")
                .params(code, grid.code(), category, events.now(), reading.bigrams())
                .update();
        attachments.attach(code, actor, submission.attachments() == null ? List.of() : submission.attachments());
        events.append(code, "submitted", actor.username(), null, Map.of("channel", channel));
        publisher.publishEvent(
                new RequestEvents.Submitted(code, category, grid.code(), grid.communityCode(), grid.streetCode()));
        return code;
    }

    private static String place(Actor actor, String key) {
        return actor.username() + "/" + key;
    }

    private record Place(Grid grid, Coordinates point, Datum datum) {}

    private Place place(Submission submission) {
        if (submission.location() != null) {
            Submission.Location location = submission.location();
            Datum datum = datum(location.datum());
            Coordinates point = datum.toWgs84(new Coordinates(location.lat(), location.lon()));
            Grid grid = city.locate(point).orElseThrow(() -> Problem.field("location", "outside-city"));
            return new Place(grid, point, datum);
        }
        if (submission.gridCode() != null) {
            return new Place(
                    city.grid(submission.gridCode())
                            .orElseThrow(() -> Problem.field("gridCode", "unknown-grid", submission.gridCode())),
                    null,
                    null);
        }
        if (submission.communityCode() != null) {
            return new Place(
                    city.gridsOf(submission.communityCode()).stream()
                            .findFirst()
                            .orElseThrow(() ->
                                    Problem.field("communityCode", "unknown-community", submission.communityCode())),
                    null,
                    null);
        }
        throw Problem.field("location", "place-missing");
    }

    static Datum datum(String text) {
        try {
            return Datum.parse(text);
        } catch (IllegalArgumentException e) {
            throw Problem.field("location.datum", "unknown-datum", text);
        }
    }

    private String write(Object value) {
        try {
            return json.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
