/**
 * The engine and what stands around it; with {@code camunda7} the only module that knows Camunda. This package is what
 * other modules see of it. The rooms, each of which sees those before it: {@code scope} (what the engine knows of a
 * matter), {@code limits} (limits, routing, cards), {@code rules} (what models and tables may say), {@code tasks}
 * (steps and decisions), {@code packages} (what is deployed), {@code stuck} (steps that stand still), {@code engine}
 * (configuration and doors).
 */
@ApplicationModule(allowedDependencies = {"deadline", "directory", "identity", "matter", "problem", "workorder"})
package io.liudan.process;

import org.springframework.modulith.ApplicationModule;
