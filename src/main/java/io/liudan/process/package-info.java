/**
 * The engine: its configuration and security, the process packages of {@code bpmn/} and their rules, tasks with their
 * decisions, and the verbs that models call. With {@code camunda7} the only module that knows Camunda.
 */
@ApplicationModule(allowedDependencies = {"deadline", "directory", "identity", "matter", "problem", "workorder"})
package io.liudan.process;

import org.springframework.modulith.ApplicationModule;
