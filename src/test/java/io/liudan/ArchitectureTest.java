package io.liudan;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.modulith.core.ApplicationModules;
import org.springframework.modulith.docs.Documenter;

/** The rules of {@code docs/decisions/0002-modules.md}. */
@AnalyzeClasses(packages = "io.liudan", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    /** Its module, and the script that made a kind of what was a table of requests. */
    private static final Pattern OF_REQUESTS =
            Pattern.compile("/java/io/liudan/request/|/db/migration/V(20__matters|22__kind_figures)[.]sql");

    @ArchTest
    static final ArchRule only_the_process_module_knows_the_engine = noClasses()
            .that()
            .resideOutsideOfPackages("io.liudan.process..", "io.liudan.camunda7..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.camunda..")
            .because("a move to a fork of Camunda 7 must cost one dependency and one package rename in two modules");

    @ArchTest
    static final ArchRule only_integration_and_notification_know_camel = noClasses()
            .that()
            .resideOutsideOfPackages("io.liudan.integration..", "io.liudan.notification..", "io.liudan.camunda7..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.camel..");

    @ArchTest
    static final ArchRule domain_types_know_no_framework = noClasses()
            .that()
            .resideInAnyPackage(
                    "io.liudan.directory",
                    "io.liudan.deadline",
                    "io.liudan.matter",
                    "io.liudan.workorder",
                    "io.liudan.request",
                    "io.liudan.identity",
                    "io.liudan.problem")
            .and()
            .areRecords()
            .and()
            .haveSimpleNameNotEndingWith("Properties")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.springframework..", "org.camunda..", "org.apache.camel..");

    @ArchTest
    static final ArchRule status_and_outcome_know_nothing = noClasses()
            .that()
            .areEnums()
            .and()
            .resideInAPackage("io.liudan..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.springframework..", "org.camunda..");

    @ArchTest
    static final ArchRule controllers_are_of_their_module_only =
            classes().that().haveSimpleNameEndingWith("Controller").should().bePackagePrivate();

    /** Rooms see those below them: the order stands in the package's description. */
    @ArchTest
    static final ArchRule rooms_of_the_process_module_stand_in_one_order = SlicesRuleDefinition.slices()
            .matching("io.liudan.process.(*)..")
            .should()
            .beFreeOfCycles();

    @ArchTest
    static final ArchRule the_lowest_rooms_know_nothing_of_what_is_deployed = noClasses()
            .that()
            .resideInAnyPackage("io.liudan.process.scope..", "io.liudan.process.limits..", "io.liudan.process.rules..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.liudan.process.tasks..",
                    "io.liudan.process.packages..",
                    "io.liudan.process.stuck..",
                    "io.liudan.process.engine..");

    /**
     * A kind is a folder in {@code bpmn/} and no Java; the first one alone has code of its own, in modules of its own.
     */
    @Test
    void nothing_but_the_modules_of_requests_names_a_kind() throws IOException {
        List<String> kinds;
        try (Stream<Path> folders = Files.list(Path.of("bpmn"))) {
            kinds = folders.filter(folder -> Files.exists(folder.resolve("matter.yaml")))
                    .map(folder -> folder.getFileName().toString())
                    .toList();
        }
        assertThat(kinds).contains("six-orders");
        List<String> named = new ArrayList<>();
        try (Stream<Path> files = Files.walk(Path.of("src/main"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String path = file.toString().replace('\\', '/');
                String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
                kinds.stream()
                        .filter(text::contains)
                        .filter(kind -> !(kind.equals("six-orders")
                                && OF_REQUESTS.matcher(path).find()))
                        .forEach(kind -> named.add(path + ": " + kind));
            }
        }
        assertThat(named).isEmpty();
    }

    @Test
    void modules_depend_on_what_they_say_and_on_nothing_else() {
        ApplicationModules modules = ApplicationModules.of(LiudanHub.class);
        modules.verify();
        new Documenter(modules, Documenter.Options.defaults().withOutputFolder("target/modules"))
                .writeModulesAsPlantUml();
    }
}
