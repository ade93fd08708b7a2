package io.liudan.camunda7;

import org.apache.camel.spi.Metadata;

/** The headers that the component sets, and those that it takes from a message. */
public final class Camunda7Headers {

    @Metadata(label = "consumer", description = "Id of the external task", javaType = "String")
    public static final String TASK_ID = "CamelCamunda7ExternalTaskId";

    @Metadata(label = "consumer", description = "Topic of the external task", javaType = "String")
    public static final String TOPIC = "CamelCamunda7Topic";

    @Metadata(description = "Business key of the process instance", javaType = "String")
    public static final String BUSINESS_KEY = "CamelCamunda7BusinessKey";

    @Metadata(description = "Id of the process instance", javaType = "String")
    public static final String PROCESS_INSTANCE_ID = "CamelCamunda7ProcessInstanceId";

    @Metadata(label = "consumer", description = "Key of the process definition", javaType = "String")
    public static final String PROCESS_DEFINITION_KEY = "CamelCamunda7ProcessDefinitionKey";

    @Metadata(label = "consumer", description = "Id of the flow node in the model", javaType = "String")
    public static final String ACTIVITY_ID = "CamelCamunda7ActivityId";

    @Metadata(
            label = "consumer",
            description = "How often the task failed before, 0 at the first time",
            javaType = "int")
    public static final String FAILURES = "CamelCamunda7Failures";

    @Metadata(
            label = "consumer",
            description = "Whether the effect of this task was begun before and nobody knows how it ended",
            javaType = "boolean")
    public static final String EFFECT_REPEATED = "CamelCamunda7EffectRepeated";

    @Metadata(
            label = "producer",
            description = "What became of the call: started, correlated, parked, signalled, completed, decided",
            javaType = "String")
    public static final String OUTCOME = "CamelCamunda7Outcome";

    @Metadata(
            label = "producer",
            description = "Whether a call with the same idempotency key had been answered before",
            javaType = "boolean")
    public static final String DUPLICATE = "CamelCamunda7Duplicate";

    @Metadata(description = "Key by which a receiver tells a repeated call", javaType = "String")
    public static final String IDEMPOTENCY_KEY = "Idempotency-Key";

    @Metadata(
            description = "W3C trace context, carried through the process by a variable of this name",
            javaType = "String")
    public static final String TRACE_PARENT = "traceparent";

    private Camunda7Headers() {}
}
