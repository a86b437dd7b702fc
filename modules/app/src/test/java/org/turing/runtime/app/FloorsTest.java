package org.turing.runtime.app;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullMarked;

/** The floors of the building: who may know whom. An import never runs upwards. */
@AnalyzeClasses(packages = "org.turing.runtime", importOptions = ImportOption.DoNotIncludeTests.class)
class FloorsTest {

    private static final String BASE = "org.turing.runtime.";

    @ArchTest
    static final ArchRule importsNeverRunUpwards = layeredArchitecture()
            .consideringOnlyDependenciesInAnyPackage("org.turing.runtime..")
            .withOptionalLayers(true)
            .layer("domain")
            .definedBy(BASE + "domain..")
            .layer("plugin")
            .definedBy(BASE + "plugin..")
            .layer("ports")
            .definedBy(BASE + "ports..")
            .layer("embedded")
            .definedBy(BASE + "embedded..")
            .layer("database")
            .definedBy(BASE + "database..")
            .layer("journal")
            .definedBy(BASE + "journal..")
            .layer("scripts")
            .definedBy(BASE + "scripts..")
            .layer("actors")
            .definedBy(BASE + "actors..")
            .layer("monitoring")
            .definedBy(BASE + "monitoring..")
            .layer("app")
            .definedBy(BASE + "app..")
            .whereLayer("domain")
            .mayNotAccessAnyLayer()
            .whereLayer("plugin")
            .mayNotAccessAnyLayer()
            .whereLayer("ports")
            .mayOnlyAccessLayers("domain")
            .whereLayer("embedded")
            .mayNotAccessAnyLayer()
            .whereLayer("database")
            .mayOnlyAccessLayers("ports", "domain")
            .whereLayer("journal")
            .mayOnlyAccessLayers("database")
            .whereLayer("scripts")
            .mayOnlyAccessLayers("ports", "domain", "plugin")
            .whereLayer("actors")
            .mayOnlyAccessLayers("ports", "domain")
            .whereLayer("monitoring")
            .mayOnlyAccessLayers("ports", "domain")
            .whereLayer("app")
            .mayNotBeAccessedByAnyLayer()
            .ensureAllClassesAreContainedInArchitecture();

    @ArchTest
    static final ArchRule theGroundFloorsKnowNoFramework = classes()
            .that()
            .resideInAnyPackage(BASE + "domain..", BASE + "plugin..", BASE + "ports..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("java..", "org.jspecify..", BASE + "domain..", BASE + "plugin..", BASE + "ports..");

    @ArchTest
    static final ArchRule sqlStaysWithThoseWhoOwnConnections = noClasses()
            .that()
            .resideOutsideOfPackages(BASE + "database..", BASE + "journal..", BASE + "embedded..", BASE + "app..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.sql..", "javax.sql..", "org.postgresql..");

    @ArchTest
    static final ArchRule nobodySleeps = noClasses()
            .should()
            .callMethod(Thread.class, "sleep", long.class)
            .orShould()
            .callMethod(Thread.class, "sleep", long.class, int.class)
            .orShould()
            .callMethod(TimeUnit.class, "sleep", long.class)
            .because("a thread waits for a signal with a limit, an actor for a timer");

    @ArchTest
    static final ArchRule onlyTheProgramWritesToTheTerminal =
            noClasses().that().resideOutsideOfPackage(BASE + "app..").should(ACCESS_STANDARD_STREAMS);

    @ArchTest
    static final ArchRule theRoomsOfTheProgramFormNoCircle =
            slices().matching(BASE + "app.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule everyPackageSaysWhereNullMayOccur = classes().should(liveInANullMarkedPackage());

    private static ArchCondition<JavaClass> liveInANullMarkedPackage() {
        return new ArchCondition<>("live in a package marked @NullMarked") {
            @Override
            public void check(JavaClass javaClass, ConditionEvents events) {
                if (!javaClass.getPackage().isAnnotatedWith(NullMarked.class)) {
                    events.add(SimpleConditionEvent.violated(
                            javaClass, javaClass.getName() + ": its package has no @NullMarked package-info.java"));
                }
            }
        };
    }
}
