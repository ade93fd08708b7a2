package io.liudan.process.tasks;

import io.liudan.directory.CityDirectory;
import io.liudan.directory.OrgUnit;
import io.liudan.process.scope.Verb;
import org.springframework.stereotype.Component;

/**
 * Verbs for models: which desk a step belongs to. As {@code ${desks.grid(gridCode)}} in a user task's candidate groups.
 */
@Component("desks")
public class Desks {

    private final CityDirectory city;

    Desks(CityDirectory city) {
        this.city = city;
    }

    @Verb
    public String grid(String code) {
        return city.grid(code).orElseThrow(() -> unknown(code)).desk();
    }

    @Verb
    public String community(String code) {
        return unit(code);
    }

    @Verb
    public String street(String code) {
        return unit(code);
    }

    /** A department that answers requests. */
    @Verb
    public String department(String code) {
        return city.department(code).map(OrgUnit::desk).orElseThrow(() -> unknown(code));
    }

    @Verb
    public String supervision() {
        return CityDirectory.SUPERVISION_DESK;
    }

    private String unit(String code) {
        return city.unit(code).map(OrgUnit::desk).orElseThrow(() -> unknown(code));
    }

    private static IllegalArgumentException unknown(String code) {
        return new IllegalArgumentException("There is no desk for " + code);
    }
}
