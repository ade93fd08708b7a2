package io.liudan.integration;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.liudan.workorder.DepartmentOrders;
import org.apache.camel.Body;
import org.apache.camel.Header;
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
        try {
            JsonNode receipt = json.readTree(answer == null ? "" : answer).path("receipt");
            // "null" or "true" tells nothing of an order: whoever says so hasn't taken it.
            if (!receipt.isTextual() && !receipt.isNumber()
                    || receipt.asText().isBlank()
                    || receipt.asText().length() > LIMIT) {
                throw new UnexpectedAnswer("The answer has no receipt");
            }
            return receipt.asText();
        } catch (JsonProcessingException e) {
            throw new UnexpectedAnswer("The answer is no JSON");
        }
    }

    public void keep(@Body String receipt, @Header(DepartmentRoutes.CHANGE) Long change) {
        if (change != null && receipt != null && !receipt.isBlank()) {
            orders.receipt(change, receipt.length() > LIMIT ? receipt.substring(0, LIMIT) : receipt);
        }
    }
}
