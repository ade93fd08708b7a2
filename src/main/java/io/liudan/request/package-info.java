/**
 * The service request (诉求): intake, duplicates, status, timeline, rating, attachments, and the one event log. Knows
 * nothing of the engine: it publishes what residents did and offers the verbs that a process calls back.
 */
@ApplicationModule(allowedDependencies = {"directory", "household", "identity", "problem"})
package io.liudan.request;

import org.springframework.modulith.ApplicationModule;
