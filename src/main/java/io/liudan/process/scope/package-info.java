/**
 * What of a matter the engine knows: its code, its kind, the fields that the hub itself acts on, and what a verb is.
 */
package io.liudan.process.scope;
