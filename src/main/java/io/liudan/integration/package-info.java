/**
 * Departments' own systems: work orders carried to them and their answers taken in, over routes that integrators write
 * in {@code camel-routes/} and over {@code /integration/v1}; dead letters of all of them in one place. With
 * {@code camunda7} the only module that knows Camel.
 */
@ApplicationModule(
        allowedDependencies = {"camunda7", "directory", "identity", "matter", "problem", "process", "workorder"})
package io.liudan.integration;

import org.springframework.modulith.ApplicationModule;
