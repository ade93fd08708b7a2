/** The engine itself: its configuration, its REST API and web apps as doors, with who may call what and as whom. */
package io.liudan.process.engine;
