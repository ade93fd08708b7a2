package io.liudan.matter;

import io.liudan.directory.CityDirectory;
import io.liudan.directory.Grid;
import io.liudan.identity.Actor;
import io.liudan.matter.Kind.Register;
import io.liudan.problem.Problem;
import io.liudan.problem.Problem.FieldError;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartFile;

/** Lists that kinds keep: points of a patrol, resources of a unit. */
@RestController
@RequestMapping("/api/v1/kinds/{kind}/registers/{register}")
@Tag(name = "registers", description = "台账 Lists that a kind keeps, for its matters to refer to")
class RegisterController {

    private static final int MOST = 200;
    /** More nobody reads at once. */
    private static final int MOST_ERRORS = 50;

    private static final String VERSION = "version";

    private final Kinds kinds;
    private final Registers registers;
    private final MatterForms forms;
    private final FieldViews fieldViews;
    private final CityDirectory city;

    RegisterController(Kinds kinds, Registers registers, MatterForms forms, FieldViews fieldViews, CityDirectory city) {
        this.kinds = kinds;
        this.registers = registers;
        this.forms = forms;
        this.fieldViews = fieldViews;
        this.city = city;
    }

    /**
     * An entry of a list.
     *
     * @param title what it is called, one of the name in a grid
     * @param fields what is filled in, in the order of the form; those that hold nothing are left out
     * @param gridCode where it is; absent for what is the whole city's
     * @param visits how many matters have begun that refer to it, {@code visitedAt} when the last of them did
     * @param dueOn the day until which the next is to; absent without a plan
     * @param overdue whether that day is past
     * @param version goes up with each change
     * @param retired whether it is kept no more
     */
    record EntryView(
            String id,
            String title,
            List<MatterView.FieldView> fields,
            String gridCode,
            String gridName,
            MatterView.Place place,
            int visits,
            Instant visitedAt,
            LocalDate dueOn,
            boolean overdue,
            int version,
            boolean retired) {}

    /** @param next cursor of the next page, absent at the end */
    record EntryPage(List<EntryView> items, String next) {}

    @GetMapping
    @Operation(
            summary =
                    "Entries that the caller may see, those first whose day comes first; of a grid, only those whose day has come, or those kept no more")
    EntryPage list(
            @Parameter(hidden = true) @AuthenticationPrincipal Actor actor,
            @PathVariable String kind,
            @PathVariable String register,
            @RequestParam(required = false) String gridCode,
            @RequestParam(defaultValue = "false") boolean due,
            @RequestParam(defaultValue = "false") boolean retired,
            @RequestParam(required = false) String cursor,
            @RequestParam(defaultValue = "50") int limit) {
        if (limit < 1 || limit > MOST) {
            throw Problem.field("limit", "range", 1, MOST);
        }
        Kind known = known(kind);
        Register list = registers.require(known, register, actor);
        Registers.Page page =
                registers.list(known, list, actor, new Registers.Query(gridCode, due, retired), cursor, limit);
        boolean keeper = Registers.keeps(list, actor);
        return new EntryPage(
                page.items().stream().map(entry -> view(list, entry, keeper)).toList(), page.next());
    }

    @GetMapping("/{id}")
    @Operation(summary = "One entry, also one that is kept no more")
    EntryView get(
            @Parameter(hidden = true) @AuthenticationPrincipal Actor actor,
            @PathVariable String kind,
            @PathVariable String register,
            @PathVariable String id) {
        Kind known = known(kind);
        Register list = registers.require(known, register, actor);
        return view(list, registers.require(known, list, actor, id), Registers.keeps(list, actor));
    }

    @PostMapping
    @Operation(summary = "Adds an entry; the body has the list's fields by name, as GET /kinds/{kind} tells them")
    @ResponseStatus(HttpStatus.CREATED)
    EntryView add(
            @Parameter(hidden = true) @AuthenticationPrincipal Actor actor,
            @PathVariable String kind,
            @PathVariable String register,
            @RequestBody Map<String, Object> body) {
        Kind known = known(kind);
        Register list = kept(known, register, actor);
        long id = registers.add(known, list, forms.entry(list, actor, body));
        return view(list, registers.require(known, list, actor, Long.toString(id)), true);
    }

    /** @param added how many entries */
    record Imported(int added) {}

    @PostMapping(path = "/import", consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
    @Operation(
            summary =
                    "Adds all entries of a table (CSV, UTF-8, a head with the fields' names or labels; places as gridCode, communityCode, address, lat, lon), or none: errors name row and column")
    @ResponseStatus(HttpStatus.CREATED)
    Imported importTable(
            @Parameter(hidden = true) @AuthenticationPrincipal Actor actor,
            @PathVariable String kind,
            @PathVariable String register,
            @RequestParam MultipartFile file)
            throws IOException {
        Kind known = known(kind);
        Register list = kept(known, register, actor);
        List<FieldError> errors = new ArrayList<>();
        List<Registers.Content> entries = new ArrayList<>();
        int row = 1;
        for (Map<String, Object> form : RegisterTable.read(list, file.getBytes())) {
            row++;
            try {
                entries.add(forms.entry(list, actor, form));
            } catch (Problem problem) {
                if (problem.errors().isEmpty()) {
                    throw problem;
                }
                int number = row;
                problem.errors()
                        .forEach(error ->
                                errors.add(new FieldError(number + "." + error.field(), error.reason(), error.args())));
            }
        }
        if (!errors.isEmpty()) {
            throw Problem.fields(errors.subList(0, Math.min(errors.size(), MOST_ERRORS)));
        }
        registers.add(known, list, entries);
        return new Imported(entries.size());
    }

    @PutMapping("/{id}")
    @Operation(summary = "Changes an entry; the body has all its fields, and the version that the change was made to")
    EntryView change(
            @Parameter(hidden = true) @AuthenticationPrincipal Actor actor,
            @PathVariable String kind,
            @PathVariable String register,
            @PathVariable String id,
            @RequestBody Map<String, Object> body) {
        Kind known = known(kind);
        Register list = kept(known, register, actor);
        Registers.Entry entry = registers.require(known, list, actor, id);
        Map<String, Object> fields = new HashMap<>(body);
        if (!(fields.remove(VERSION) instanceof Number version)) {
            throw Problem.field(VERSION, "required");
        }
        registers.change(known, list, entry.id(), version.intValue(), forms.entry(list, actor, fields));
        return view(list, registers.require(known, list, actor, id), true);
    }

    @PostMapping("/{id}/retire")
    @Operation(summary = "Keeps an entry no more; matters that refer to it stay as they are")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void retire(
            @Parameter(hidden = true) @AuthenticationPrincipal Actor actor,
            @PathVariable String kind,
            @PathVariable String register,
            @PathVariable String id) {
        Kind known = known(kind);
        Register list = kept(known, register, actor);
        registers.retire(known, list, registers.require(known, list, actor, id));
    }

    private Kind known(String kind) {
        return kinds.find(kind).orElseThrow(() -> Problem.notFound("no-such-kind", kind));
    }

    private Register kept(Kind kind, String register, Actor actor) {
        Register list = registers.require(kind, register, actor);
        registers.requireKeeper(list, actor);
        return list;
    }

    /** @param keeper reads those that tell who somebody is as well */
    private EntryView view(Register list, Registers.Entry entry, boolean keeper) {
        Map<String, Object> values = new LinkedHashMap<>(entry.values());
        values.putAll(entry.texts());
        Draft.Where where = entry.where();
        boolean placed = where.lat() != null || where.address() != null;
        return new EntryView(
                Long.toString(entry.id()),
                entry.texts().get(list.title()),
                new ArrayList<>(fieldViews.of(list, values, keeper)),
                where.gridCode(),
                city.grid(where.gridCode()).map(Grid::name).orElse(null),
                placed ? new MatterView.Place(where.lat(), where.lon(), null, where.address()) : null,
                entry.visits(),
                entry.visitedAt(),
                entry.dueOn(),
                entry.dueOn() != null && entry.dueOn().isBefore(registers.today()) && !entry.retired(),
                entry.version(),
                entry.retired());
    }
}
