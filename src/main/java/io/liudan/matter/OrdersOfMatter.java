package io.liudan.matter;

import java.util.List;
import java.util.function.UnaryOperator;

/** The orders that went to departments for a matter; answered by whoever keeps them. */
public interface OrdersOfMatter {

    /**
     * In the order in which they were given.
     *
     * @param reading how the reader may read what people wrote; {@code null} for not at all
     */
    List<MatterView.WorkOrderView> of(String code, UnaryOperator<String> reading);
}
