/** Steps of desks: who may work on them, their decisions as they are taken, absences, and how they are read. */
package io.liudan.process.tasks;
