package io.liudan;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;
import org.springframework.modulith.core.ApplicationModules;
import org.springframework.modulith.docs.Documenter;

/** The rules of {@code docs/decisions/0002-modules.md}. */
@AnalyzeClasses(packages = "io.liudan", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

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

    @Test
    void modules_depend_on_what_they_say_and_on_nothing_else() {
        ApplicationModules modules = ApplicationModules.of(LiudanHub.class);
        modules.verify();
        new Documenter(modules, Documenter.Options.defaults().withOutputFolder("target/modules"))
                .writeModulesAsPlantUml();
    }
}
