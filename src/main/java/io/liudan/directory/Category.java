package io.liudan.directory;

/**
 * What a request is about; its code is the Open311 {@code service_code}.
 *
 * @param code service code
 * @param name Chinese name
 * @param parent code of the first-level class, {@code null} for the 15 classes themselves
 * @param description what residents file under it
 */
public record Category(String code, String name, String parent, String description) {}
