package io.liudan.embedded.simulator;

import java.io.IOException;

/** Ends this program when the one that started it is gone: then the pipe is closed that is this program's input. */
final class Lifeline {

    private Lifeline() {}

    static void hold() {
        Thread.ofPlatform().daemon().name("lifeline").start(() -> {
            try {
                while (System.in.read() >= 0) {
                    // nothing is ever said
                }
            } catch (IOException gone) {
                // as good as its end
            }
            Runtime.getRuntime().halt(0);
        });
    }
}
