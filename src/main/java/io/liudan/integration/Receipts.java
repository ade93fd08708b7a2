package io.liudan.integration;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.liudan.integration.WorkOrderDocuments.Carried;
import io.liudan.workorder.DepartmentOrders;
import org.apache.camel.Body;
import org.apache.camel.ExchangeProperty;
import org.springframework.stereotype.Component;

/** What departments' systems say to what they were brought; in routes {@code bean: receipts}. */
@Component
class Receipts {

    private static final int LIMIT = 200;

    private final DepartmentOrders orders;
    private final ObjectMapper json;

    Receipts(DepartmentOrders orders, ObjectMapper json) {
        this.orders = orders;
        this.json = json;
    }

    /** The JSON of an answer has to tell in {@code receipt} what the department's system calls the order. */
    public String check(@Body String answer) throws UnexpectedAnswer {
        if (answer == null || answer.isBlank()) {
            throw new UnexpectedAnswer(UnexpectedAnswer.EMPTY, null);
        }
        JsonNode receipt;
        try {
            receipt = json.readTree(answer).path("receipt");
        } catch (JsonProcessingException e) {
            throw new UnexpectedAnswer(
                    answer.stripLeading().startsWith("<") ? UnexpectedAnswer.WEB_PAGE : UnexpectedAnswer.NOT_JSON,
                    answer);
        }
        // "null" or "true" tells nothing of an order: whoever says so hasn't taken it.
        if (!receipt.isTextual() && !receipt.isNumber()
                || receipt.asText().isBlank()
                || receipt.asText().length() > LIMIT) {
            throw new UnexpectedAnswer(UnexpectedAnswer.NO_RECEIPT, answer);
        }
        return receipt.asText();
    }

    public void keep(@Body String receipt, @ExchangeProperty(Carried.PROPERTY) Carried carried) {
        if (receipt != null && !receipt.isBlank()) {
            orders.receipt(carried.change(), cut(receipt));
        }
    }

    static String cut(String receipt) {
        return receipt.length() > LIMIT ? receipt.substring(0, LIMIT) : receipt;
    }
}
