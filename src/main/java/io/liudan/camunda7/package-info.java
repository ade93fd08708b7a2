/**
 * A Camel component for the Camunda 7 engine in the same JVM, {@code camunda7:}. It knows nothing of this product and
 * could be published alone; {@code docs/camunda7-component.md} is its reference.
 */
@ApplicationModule(allowedDependencies = {})
package io.liudan.camunda7;

import org.springframework.modulith.ApplicationModule;
