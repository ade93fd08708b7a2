package io.liudan.integration;

import io.liudan.directory.Category;
import io.liudan.directory.CityDirectory;
import io.liudan.directory.Datum;
import io.liudan.directory.Grid;
import io.liudan.identity.Audit;
import io.liudan.identity.Redactor;
import io.liudan.matter.MatterFacts;
import io.liudan.matter.MatterFacts.Matter;
import io.liudan.matter.OpenWork;
import io.liudan.workorder.DepartmentOrders;
import io.liudan.workorder.DepartmentOrders.WorkOrder;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.springframework.stereotype.Component;

/** Composes what departments' systems read; in routes {@code bean: workOrderDocuments}. */
@Component
class WorkOrderDocuments {

    private final DepartmentOrders orders;
    private final MatterFacts requests;
    private final OpenWork openWork;
    private final CityDirectory city;
    private final AttachmentLinks links;
    private final Redactor redactor;
    private final Audit audit;
    private final Clock clock;

    WorkOrderDocuments(
            DepartmentOrders orders,
            MatterFacts requests,
            OpenWork openWork,
            CityDirectory city,
            AttachmentLinks links,
            Redactor redactor,
            Audit audit,
            Clock clock) {
        this.orders = orders;
        this.requests = requests;
        this.openWork = openWork;
        this.city = city;
        this.links = links;
        this.redactor = redactor;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * What a delivery carries: the change as it was, the order as it is now. From here on, the department's system has
     * seen it.
     */
    public WorkOrderDocument.Message message(@Body Map<String, Object> variables, Exchange exchange) {
        long change = ((Number) variables.get("change")).longValue();
        WorkOrderDocument.Message message = preview(change);
        exchange.setProperty(Carried.PROPERTY, new Carried(change, message));
        audit.record(
                "work-order.sent",
                message.workOrder().requestCode(),
                "dept-" + message.workOrder().department());
        return message;
    }

    /**
     * What a delivery is about, for all steps of its route: a property, which goes out on no wire.
     *
     * @param change id of the change
     */
    record Carried(long change, WorkOrderDocument.Message message) {

        static final String PROPERTY = "LiudanCarried";
    }

    /** The same for somebody who sees it masked. */
    WorkOrderDocument.Message preview(long change) {
        DepartmentOrders.Change found = orders.change(change)
                .orElseThrow(() -> new IllegalStateException("There is no change " + change + " of a work order"));
        return new WorkOrderDocument.Message(key(change), found.kind(), found.at(), of(found.order()));
    }

    static String key(long change) {
        return "work-order-change-" + change;
    }

    /** What a connector is tried with: no order, to be answered with a receipt and forgotten. */
    WorkOrderDocument.Message test(String department) {
        Instant now = clock.instant();
        WorkOrderDocument none = new WorkOrderDocument(
                "TEST-" + department,
                "TEST",
                0,
                department,
                "LEAD",
                "CANCELLED",
                0,
                department,
                null,
                null,
                null,
                "连通测试",
                "连通测试，请勿处理",
                null,
                null,
                null,
                null,
                null,
                now,
                now,
                null,
                now,
                null,
                null,
                List.of());
        return new WorkOrderDocument.Message("test-" + department + "-" + now.toEpochMilli(), "TEST", now, none);
    }

    WorkOrderDocument of(WorkOrder order) {
        Matter matter = requests.of(order.requestCode());
        boolean open = order.closedAt() == null;
        Instant due = open
                ? openWork.of(order.requestCode()).stream()
                        .filter(work -> work.desk().equals("dept-" + order.department()))
                        .map(OpenWork.Work::dueAt)
                        .findFirst()
                        .orElse(null)
                : null;
        return new WorkOrderDocument(
                order.code(),
                order.requestCode(),
                order.round(),
                order.department(),
                order.role(),
                order.status(),
                order.version(),
                matter.lead(),
                matter.urgency(),
                matter.category(),
                matter.category() == null
                        ? null
                        : city.category(matter.category()).map(Category::name).orElse(null),
                open ? matter.title() : redactor.redact(matter.title()),
                open ? matter.description() : redactor.redact(matter.description()),
                new WorkOrderDocument.Location(
                        matter.lat(),
                        matter.lon(),
                        open ? matter.address() : null,
                        matter.lat() == null ? null : Datum.WGS84.name()),
                matter.gridCode(),
                city.grid(matter.gridCode()).map(Grid::name).orElse(null),
                matter.communityCode(),
                !open || matter.contact() == null
                        ? null
                        : new WorkOrderDocument.Contact(
                                matter.contact().name(), matter.contact().phone()),
                matter.submittedAt(),
                order.issuedAt(),
                order.acceptedAt(),
                order.closedAt(),
                due,
                order.report(),
                open ? matter.files().stream().map(links::to).toList() : List.of());
    }
}
