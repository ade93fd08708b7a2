package io.liudan.process;

/** Which departments have a system of their own that work orders are carried to; answered by whoever carries them. */
public interface ConnectedDepartments {

    /** @param department its code, for example {@code cgj} */
    boolean isConnected(String department);
}
