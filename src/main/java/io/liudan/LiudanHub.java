package io.liudan;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** The hub: one deployable, one module per capability (see {@code docs/decisions/0002-modules.md}). */
@SpringBootApplication
public class LiudanHub {

    public static void main(String[] args) {
        SpringApplication.run(LiudanHub.class, args);
    }
}
