/** Process packages: folders and ZIP files, what may be deployed, versions with their differences, and the way back. */
package io.liudan.process.packages;
