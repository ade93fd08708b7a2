/** What models and tables may say: decisions and fields, names, events, expressions with the one wall under them. */
package io.liudan.process.rules;
