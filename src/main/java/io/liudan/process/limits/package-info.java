/**
 * How long a step may take and to whom a matter goes: the tables of limits and routing, cards, supervision,
 * recomputation.
 */
package io.liudan.process.limits;
