package io.liudan.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.liudan.Api;
import io.liudan.Api.Answer;
import io.liudan.HubTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.ProcessEngine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;

/** Tests on the six orders with one thing changed in the model, which fails as nobody can see at deployment. */
public abstract class ChangedModelTest extends HubTest {

    public static final String KEY = "six-orders";
    public static final String OPERATOR = "process-operator";
    public static final String VERIFY_DESK = "${desks.grid(gridCode)}";
    public static final String ISSUE_DESK = "${desks.community(communityCode)}";
    /** Known to the model, and set by nobody before a department asks for more time. */
    public static final String UNSET =
            "${extensionDays == 3 ? desks.community(communityCode) : desks.street(streetCode)}";

    @Autowired
    public ProcessEngine engine;

    @TempDir
    public Path folder;

    public Api api;

    @BeforeEach
    void caller() {
        api = new Api(hub(), realm());
    }

    @AfterEach
    void theModelOfTheFolderAgain() throws IOException {
        Packages.ours(engine.getRepositoryService());
    }

    public final Answer act(String process, String move, Map<String, ?> body) {
        return api.post(OPERATOR, "/api/v1/processes/" + process + "/" + move, body);
    }

    public final JsonNode process(String code) {
        return api.get(OPERATOR, "/api/v1/processes?requestCode=" + code).body().path(0);
    }

    public final JsonNode stuck(String code) {
        for (JsonNode line : api.get(OPERATOR, "/api/v1/stuck-steps").body().path("items")) {
            if (line.path("requestCode").asText().equals(code)) {
                return line;
            }
        }
        return MissingNode.getInstance();
    }

    public final JsonNode beginning() {
        for (JsonNode line : api.get(OPERATOR, "/api/v1/stuck-steps").body().path("items")) {
            if (line.path("process").isMissingNode()) {
                return line;
            }
        }
        return null;
    }

    public final List<String> decisions(String user, String code) {
        return api.task(user, code, null).path("decisions").findValuesAsText("decision");
    }

    public final String timeline(String code) {
        return api.get("resident1", "/api/v1/requests/" + code)
                .body()
                .path("timeline")
                .findValuesAsText("type")
                .toString();
    }

    public final String status(String code) {
        return api.get("resident1", "/api/v1/requests/" + code)
                .body()
                .path("status")
                .asText();
    }

    public final Answer complete(String user, String code, Map<String, ?> decision) {
        return api.complete(user, api.task(user, code, null).path("id").asText(), decision);
    }

    public final String file() {
        return submit().body().path("code").asText();
    }

    public final Answer submit() {
        return api.submitOrdinary("resident1");
    }

    public final void changed(String what, String into) throws IOException {
        Path there = Packages.copy(folder);
        Path model = there.resolve("six-orders.bpmn");
        String text = Files.readString(model);
        assertThat(text).contains(what);
        Files.writeString(model, text.replace(what, into));
        Packages.deploy(engine.getRepositoryService(), there);
    }
}
