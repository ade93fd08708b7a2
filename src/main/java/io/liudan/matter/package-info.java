/**
 * What everything that is worked on has in common, whatever kind of matter it is: code, kind, place, status, outcome,
 * the one event log, desks, followers, who sees how much, texts and files, notes, urging, and how long what is kept of
 * it. Knows nothing of the engine: it publishes what people did and offers the verbs that a process calls back.
 */
@ApplicationModule(allowedDependencies = {"directory", "household", "identity", "problem"})
package io.liudan.matter;

import org.springframework.modulith.ApplicationModule;
