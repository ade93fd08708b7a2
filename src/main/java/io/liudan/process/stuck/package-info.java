/** Steps that stand still, why, and what a process operator can do about them. */
package io.liudan.process.stuck;
