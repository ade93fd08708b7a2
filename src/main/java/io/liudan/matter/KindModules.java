package io.liudan.matter;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;
import org.springframework.util.function.SingletonSupplier;

/** The code that kinds have of their own. It is asked for when it is needed: that code itself stands on this module. */
@Component
public class KindModules {

    private final Supplier<List<KindModule>> modules;

    KindModules(ObjectProvider<KindModule> modules) {
        this.modules = SingletonSupplier.of(() -> modules.stream().toList());
    }

    public Collection<KindModule> all() {
        return modules.get();
    }

    /** Empty for the kinds that have none, and those are most. */
    Optional<KindModule> of(String kind) {
        return all().stream().filter(module -> module.kind().equals(kind)).findFirst();
    }
}
