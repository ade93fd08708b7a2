package io.liudan.embedded.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.EnumSet;
import java.util.Set;

/** One department's system: what it has received, and the wire on which it answers. */
abstract class Peer {

    private final String code;
    private final String name;
    private final String wire;
    private final Received received;
    private volatile Faults fault = Faults.NONE;

    Peer(String code, String name, String wire, Received received) {
        this.code = code;
        this.name = name;
        this.wire = wire;
        this.received = received;
    }

    /** Begins to listen. */
    abstract void start() throws Exception;

    /**
     * Answers a work order.
     *
     * @param key by which the hub tells a repeated answer
     * @param answer {@code {"workOrder": …, "action": …, …fields}}
     * @return what the hub said, where the wire lets it
     */
    abstract String answer(String key, JsonNode answer) throws Exception;

    /** What it can be made to suffer from: what its wire lets the other side notice. */
    Set<Faults> possible() {
        return EnumSet.of(Faults.NONE, Faults.DOWN);
    }

    String code() {
        return code;
    }

    String name() {
        return name;
    }

    String wire() {
        return wire;
    }

    Received received() {
        return received;
    }

    Faults fault() {
        return fault;
    }

    void fault(Faults fault) {
        this.fault = fault;
    }
}
