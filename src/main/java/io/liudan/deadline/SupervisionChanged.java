package io.liudan.deadline;

/**
 * A matter came under supervision or was released; published in the transaction that stored it.
 *
 * @param code of the matter
 * @param open whether it is under supervision from now on
 */
public record SupervisionChanged(String code, boolean open) {}
