package io.clew.quality.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** Holds every module to the edges of {@link HouseModule} and to the rules that are about all of them. */
class ArchitectureTest {

    private static final JavaClasses CLASSES = OurClasses.load();

    /** Types that hold state whatever the field's modifiers say. */
    private static final List<String> HOLDERS = List.of(
            "java.lang.StringBuilder",
            "java.lang.ThreadLocal",
            "java.util.ArrayDeque",
            "java.util.ArrayList",
            "java.util.HashMap",
            "java.util.HashSet",
            "java.util.LinkedHashMap",
            "java.util.TreeMap",
            "java.util.concurrent.BlockingQueue",
            "java.util.concurrent.ConcurrentMap",
            "java.util.concurrent.ExecutorService",
            "java.util.concurrent.locks.Lock");

    @Test
    void everyModuleUsesOnlyWhatItsListAllows() {
        classes().should(useOnlyWhatTheirModuleMay()).check(CLASSES);
    }

    @Test
    void everyClassBelongsToAModule() {
        assertThat(CLASSES).filteredOn(type -> HouseModule.of(type).isEmpty()).isEmpty();
    }

    @Test
    void wireTypesStayAtTheEdge() {
        noClasses()
                .that()
                .resideOutsideOfPackages("io.clew.ingest..", "io.clew.server..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "com.google.protobuf..",
                        "com.linecorp.armeria..",
                        "io.grpc..",
                        "io.netty..",
                        "io.opentelemetry.proto..")
                .check(CLASSES);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("io.clew.(**)").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void staticFieldsAreFinalAndHoldNoState() {
        fields().that().areStatic().should(holdNoState()).allowEmptyShould(true).check(CLASSES);
    }

    @Test
    void namesSayWhatAThingIs() {
        noClasses()
                .should()
                .haveSimpleNameEndingWith("Util")
                .orShould()
                .haveSimpleNameEndingWith("Utils")
                .orShould()
                .haveSimpleNameEndingWith("Helper")
                .orShould()
                .haveSimpleNameEndingWith("Manager")
                .orShould()
                .resideInAnyPackage("..util..", "..utils..", "..common..", "..helper..", "..helpers..")
                .check(CLASSES);
    }

    @Test
    void everyPackageIsNullMarked() {
        assertThat(CLASSES)
                .extracting(JavaClass::getPackage)
                .allMatch(
                        (JavaPackage of) -> of.isAnnotatedWith(NullMarked.class),
                        "has a package-info with @NullMarked");
    }

    @Test
    void theDemoIsAClientAndUsesNothingOfOurs() throws IOException {
        Path pom = Path.of("..", "demo", "pom.xml");
        String dependencies = Files.readString(pom).replaceFirst("(?s)<parent>.*?</parent>", "");
        assertThat(dependencies).doesNotContain("<groupId>io.clew</groupId>", "<groupId>${project.groupId}</groupId>");
    }

    private static ArchCondition<JavaClass> useOnlyWhatTheirModuleMay() {
        return new ArchCondition<>("use only what their module may") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                HouseModule module = HouseModule.of(type).orElseThrow();
                for (Dependency edge : type.getDirectDependenciesFromSelf()) {
                    if (!module.mayUse(edge.getTargetClass())) {
                        events.add(SimpleConditionEvent.violated(edge, module.root() + ": " + edge.getDescription()));
                    }
                }
            }
        };
    }

    private static ArchCondition<JavaField> holdNoState() {
        return new ArchCondition<>("be final and hold no state") {
            @Override
            public void check(JavaField field, ConditionEvents events) {
                if (field.getModifiers().contains(JavaModifier.SYNTHETIC)) {
                    return;
                }
                boolean mutable = !field.getModifiers().contains(JavaModifier.FINAL)
                        || field.getRawType().getPackageName().equals("java.util.concurrent.atomic")
                        || HOLDERS.stream()
                                .anyMatch(holder -> field.getRawType().isAssignableTo(holder));
                if (mutable) {
                    events.add(SimpleConditionEvent.violated(
                            field,
                            "static state: " + field.getDescription() + " of type "
                                    + field.getRawType().getName()));
                }
            }
        };
    }
}
