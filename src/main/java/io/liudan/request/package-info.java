/** The service request (诉求), the first kind of matter: its own door, rating, merging and likely duplicates. */
@ApplicationModule(allowedDependencies = {"directory", "identity", "matter", "problem"})
package io.liudan.request;

import org.springframework.modulith.ApplicationModule;
