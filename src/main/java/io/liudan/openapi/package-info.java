/** The document of the API, made from the controllers: from it alone a stranger can write a client. */
@ApplicationModule(allowedDependencies = {"identity", "problem"})
package io.liudan.openapi;

import org.springframework.modulith.ApplicationModule;
