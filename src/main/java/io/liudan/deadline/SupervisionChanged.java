package io.liudan.deadline;

/**
 * A request came under supervision or was released; published in the transaction that stored it.
 *
 * @param open whether it is under supervision from now on
 */
public record SupervisionChanged(String requestCode, boolean open) {}
