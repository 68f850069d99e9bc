package io.clew.quality.architecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;

/** The compiled classes that ship, of every module that quality sees; no tests, no test kits. */
final class OurClasses {

    private OurClasses() {}

    static JavaClasses load() {
        JavaClasses classes = new ClassFileImporter()
                .withImportOption(location -> !location.contains("/test-classes/") && !location.contains("-tests.jar"))
                .importPackages("io.clew");
        if (classes.isEmpty()) {
            throw new IllegalStateException(
                    "no class of io.clew is on the class path, so the rules would hold of nothing");
        }
        return classes;
    }
}
