package io.liudan;

import java.util.TimeZone;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.scheduling.annotation.EnableScheduling;

/** The hub: one deployable, one module per capability (see {@code docs/decisions/0002-modules.md}). */
@SpringBootApplication
@EnableScheduling
public class LiudanHub {

    public static void main(String[] args) {
        // The engine keeps its times without a zone: another machine's zone must not move them.
        TimeZone.setDefault(TimeZone.getTimeZone("UTC"));
        SpringApplication.run(LiudanHub.class, args);
    }
}
