/**
 * Who and what the city consists of: org units, grids with their outlines, desks and categories, and the answer to
 * "which grid is this point in". Read once from the city's files, never changed while the hub runs.
 */
@ApplicationModule(allowedDependencies = {"problem"})
package io.liudan.directory;

import org.springframework.modulith.ApplicationModule;
