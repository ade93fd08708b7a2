/** How the hub says no: RFC 9457 problems that name the field and the reason in the reader's language. */
@ApplicationModule(allowedDependencies = {})
package io.liudan.problem;

import org.springframework.modulith.ApplicationModule;
