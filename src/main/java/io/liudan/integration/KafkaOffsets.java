package io.liudan.integration;

import org.apache.camel.Header;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.component.kafka.consumer.KafkaManualCommit;
import org.springframework.stereotype.Component;

/** Tells Kafka that a message has been read, once the hub has it for good; in routes {@code bean: kafkaOffsets}. */
@Component
class KafkaOffsets {

    public void commit(@Header(KafkaConstants.MANUAL_COMMIT) KafkaManualCommit position) {
        position.commit();
    }
}
