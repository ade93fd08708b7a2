package io.liudan.insight;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.liudan.directory.Category;
import io.liudan.directory.CityDirectory;
import io.liudan.directory.OrgUnit;
import io.liudan.identity.Actor;
import io.liudan.matter.Kind;
import io.liudan.matter.Kinds;
import io.liudan.problem.Problem;
import io.liudan.request.Outcome;
import io.liudan.request.Requests;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.MessageSource;
import org.springframework.http.MediaType;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Figures for programs as JSON and for people as a table; beside each rate stands how it is reckoned. */
@RestController
@RequestMapping("/api/v1/figures")
@Tag(name = "figures", description = "Rates with numerator and denominator, per org unit, category and period")
class FiguresController {

    private static final List<String> FORMULAS = List.of(
            "response",
            "contact",
            "solution",
            "satisfaction",
            "onTime",
            "unanswered",
            "openOverdue",
            "returns",
            "extensions",
            "reworks",
            "cards",
            "steps");
    private static final String UTF8_MARK = "\uFEFF";
    private static final int LONGEST_YEARS = 20;

    private final Figures figures;
    private final KindFigures kindFigures;
    private final RollUp rollUp;
    private final KindRollUp kindRollUp;
    private final CityDirectory city;
    private final MessageSource messages;
    private final Kinds kinds;
    private final Clock clock;
    private final ZoneId zone;
    private final int satisfiedFrom;

    FiguresController(
            Figures figures,
            KindFigures kindFigures,
            RollUp rollUp,
            KindRollUp kindRollUp,
            CityDirectory city,
            MessageSource messages,
            Kinds kinds,
            Clock clock,
            @Value("${liudan.calendar.zone}") ZoneId zone,
            @Value("${liudan.figures.satisfied-from}") int satisfiedFrom) {
        this.figures = figures;
        this.kindFigures = kindFigures;
        this.rollUp = rollUp;
        this.kindRollUp = kindRollUp;
        this.city = city;
        this.messages = messages;
        this.kinds = kinds;
        this.clock = clock;
        this.zone = zone;
        this.satisfiedFrom = satisfiedFrom;
    }

    /** What the figures of a question are broken down by. */
    enum By {
        UNIT,
        CATEGORY
    }

    /** What a figure is called and how it is reckoned, in the reader's language. */
    record Formula(String name, String formula) {}

    /**
     * @param kind whose matters these are, which have rates of their own
     * @param formulas by the key of a figure
     */
    record Answer(String kind, @JsonUnwrapped Figures.Report report, Map<String, Formula> formulas) {}

    @GetMapping(produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(summary = "Figures of a unit, or of the whole city, over requests closed from one day to another")
    Answer json(
            @Parameter(hidden = true) @AuthenticationPrincipal Actor actor,
            @RequestParam(required = false) String unit,
            @RequestParam(required = false) LocalDate from,
            @RequestParam(required = false) LocalDate to,
            @RequestParam(required = false) String category,
            @Parameter(description = "UNIT: the units right below; CATEGORY: each category")
                    @RequestParam(required = false)
                    By by,
            Locale locale) {
        Map<String, Formula> formulas = new LinkedHashMap<>();
        FORMULAS.forEach(
                name -> formulas.put(name, new Formula(message("figures." + name, locale), formula(name, locale))));
        return new Answer(Requests.KIND, report(actor, unit, from, to, category, by), formulas);
    }

    @GetMapping(produces = "text/csv")
    @Operation(
            summary = "The same as a table for a spreadsheet, UTF-8 with a mark; the formulas follow below the table")
    String csv(
            @Parameter(hidden = true) @AuthenticationPrincipal Actor actor,
            @RequestParam(required = false) String unit,
            @RequestParam(required = false) LocalDate from,
            @RequestParam(required = false) LocalDate to,
            @RequestParam(required = false) String category,
            @RequestParam(required = false) By by,
            Locale locale) {
        Figures.Report report = report(actor, unit, from, to, category, by);
        StringBuilder text = new StringBuilder(UTF8_MARK);
        try (CSVPrinter csv = new CSVPrinter(text, CSVFormat.EXCEL)) {
            csv.printRecord(headings(locale));
            for (Figures.Line line : report.lines()) {
                csv.printRecord(cells(line, locale));
            }
            csv.println();
            csv.printRecord(texts(
                    locale, "unit", "category", "step", "ended", "step-in-time", "mean-hours", "mean-limit-hours"));
            for (Figures.StepLine step : report.steps()) {
                csv.printRecord(
                        unitName(step.unit(), step.unitName(), locale),
                        categoryName(step.category(), locale),
                        step.name(),
                        step.ended(),
                        share(step.inTime()),
                        decimal(step.meanHours()),
                        step.meanLimitHours() == null ? "" : decimal(step.meanLimitHours()));
            }
            csv.println();
            for (String name : FORMULAS) {
                csv.printRecord(message("figures." + name, locale), formula(name, locale));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    @GetMapping("/{kind}")
    @Operation(
            summary =
                    "What every kind of matter has: per unit how many were closed and how, within limits, with which cards; per step; and how the plans of its lists are kept")
    KindFigures.KindReport ofKind(
            @Parameter(hidden = true) @AuthenticationPrincipal Actor actor,
            @PathVariable String kind,
            @RequestParam(required = false) String unit,
            @RequestParam(required = false) LocalDate from,
            @RequestParam(required = false) LocalDate to,
            @Parameter(description = "UNIT: the units right below") @RequestParam(required = false) By by) {
        Kind known = kinds.find(kind).orElseThrow(() -> Problem.notFound("no-such-kind", kind));
        if (by == By.CATEGORY) {
            throw Problem.field("by", "not-among", By.UNIT);
        }
        Figures.Question question = question(actor, unit, from, to, null, by);
        rollUp.run();
        kindRollUp.run();
        return kindFigures.read(known, question);
    }

    private Figures.Report report(Actor actor, String unit, LocalDate from, LocalDate to, String category, By by) {
        Figures.Question question = question(actor, unit, from, to, category, by);
        rollUp.run();
        return figures.read(question);
    }

    private Figures.Question question(Actor actor, String unit, LocalDate from, LocalDate to, String category, By by) {
        LocalDate today = LocalDate.ofInstant(clock.instant(), zone);
        LocalDate last = to == null ? today : to;
        LocalDate first = from == null ? last.withDayOfMonth(1) : from;
        if (first.isAfter(last)) {
            throw Problem.field("from", "after-to");
        }
        if (first.isBefore(last.minusYears(LONGEST_YEARS))) {
            throw Problem.field("from", "too-long-ago", LONGEST_YEARS);
        }
        if (category != null && city.category(category).isEmpty()) {
            throw Problem.field("category", "unknown-category", category);
        }
        Optional<OrgUnit> one = unit == null
                ? own(actor)
                : Optional.of(city.unit(unit).orElseThrow(() -> Problem.field("unit", "unknown-unit", unit)));
        if (!mayRead(actor, one)) {
            throw Problem.forbidden("figures-of-others");
        }
        List<String> units =
                by == By.UNIT ? below(one) : List.of(one.map(OrgUnit::code).orElse(Figures.CITY));
        return new Figures.Question(units, first, last, category, by == By.CATEGORY);
    }

    /**
     * What is asked about without a unit: for supervision the city, for everybody else the first unit whose desk they
     * work at.
     */
    private Optional<OrgUnit> own(Actor actor) {
        return actor.is(Actor.Role.SUPERVISOR)
                ? Optional.empty()
                : city.units().stream().filter(one -> actor.worksAt(one.desk())).findFirst();
    }

    /** Supervision reads all; whoever has a desk reads their own unit and those below it. */
    private boolean mayRead(Actor actor, Optional<OrgUnit> unit) {
        return actor.is(Actor.Role.SUPERVISOR)
                || unit.isPresent()
                        && Stream.iterate(unit, Optional::isPresent, below -> below.map(OrgUnit::parent)
                                        .flatMap(city::unit))
                                .flatMap(Optional::stream)
                                .anyMatch(above -> actor.worksAt(above.desk()));
    }

    private List<String> below(Optional<OrgUnit> unit) {
        List<String> codes = new ArrayList<>(city.units().stream()
                .filter(one -> unit.isPresent()
                        ? unit.get().code().equals(one.parent())
                        : one.kind().dispatches() || one.answers())
                .map(OrgUnit::code)
                .toList());
        return codes.isEmpty() ? List.of(unit.map(OrgUnit::code).orElse(Figures.CITY)) : codes;
    }

    private List<String> headings(Locale locale) {
        List<String> all = new ArrayList<>(texts(locale, "unit", "part", "category", "closed"));
        for (Outcome outcome : Outcome.values()) {
            all.add(kinds.find(Requests.KIND)
                    .map(kind -> kind.outcome(outcome.name()).in(locale))
                    .orElse(outcome.name()));
        }
        for (String rate : List.of("response", "contact", "solution", "satisfaction", "onTime")) {
            all.add(message("figures." + rate, locale));
            all.add(message("figures." + rate, locale) + " %");
        }
        all.addAll(texts(locale, "unanswered", "openOverdue", "returns", "extensions", "reworks"));
        RollUp.CARDS.forEach(card -> all.add(message("desk.card." + card.toUpperCase(), locale)));
        return all;
    }

    private List<Object> cells(Figures.Line line, Locale locale) {
        List<Object> all = new ArrayList<>(List.of(
                unitName(line.unit(), line.unitName(), locale),
                message("figures.part." + line.part(), locale),
                categoryName(line.category(), locale),
                line.closed()));
        all.addAll(line.outcomes().values());
        line.rates().values().forEach(rate -> {
            all.add(share(rate));
            all.add(rate.rate() == null ? "" : decimal(rate.rate() * 100));
        });
        all.addAll(List.of(line.unanswered(), line.openOverdue(), line.returns(), line.extensions(), line.reworks()));
        all.addAll(line.cards().values());
        return all;
    }

    /** With a blank, since a spreadsheet would take 3/4 for a date. */
    private static String share(Figures.Rate rate) {
        return rate.numerator() + " / " + rate.denominator();
    }

    /** As the language of numbers has it, not that of the machine. */
    private static String decimal(double number) {
        return String.format(Locale.ROOT, "%.1f", number);
    }

    private String unitName(String unit, String name, Locale locale) {
        return unit.equals(Figures.CITY) ? message("figures.city", locale) : name;
    }

    private String categoryName(String code, Locale locale) {
        return code == null
                ? message("figures.all", locale)
                : code.isEmpty()
                        ? message("figures.none", locale)
                        : city.category(code).map(Category::name).orElse(code);
    }

    private List<String> texts(Locale locale, String... names) {
        return Stream.of(names).map(name -> message("figures." + name, locale)).toList();
    }

    private String formula(String name, Locale locale) {
        return messages.getMessage("figures." + name + ".formula", new Object[] {satisfiedFrom}, locale);
    }

    private String message(String key, Locale locale) {
        return messages.getMessage(key, null, locale);
    }
}
