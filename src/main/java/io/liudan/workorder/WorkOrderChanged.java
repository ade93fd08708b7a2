package io.liudan.workorder;

/**
 * Something became of a department's work order that its own system is to know; published in the transaction that
 * stored it.
 *
 * @param code of the matter
 * @param change id of {@link DepartmentOrders.Change}
 */
public record WorkOrderChanged(String code, String department, long change) {}
