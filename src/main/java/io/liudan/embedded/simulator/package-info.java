/**
 * Departments' systems as they are in the world outside, for the embedded profile: a program of its own, with real
 * servers and no class of the hub's. Each takes work orders over its own wire and answers over it, and each can be made
 * to fail.
 */
package io.liudan.embedded.simulator;
