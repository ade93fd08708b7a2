package io.liudan.workorder;

import io.liudan.directory.CityDirectory;
import io.liudan.directory.OrgUnit;
import io.liudan.identity.Vault;
import io.liudan.matter.MatterCodes;
import io.liudan.matter.MatterView;
import io.liudan.matter.OrdersOfMatter;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What the page of a matter shows of its orders. */
@Component
class WorkOrderViews implements OrdersOfMatter {

    private final JdbcClient jdbc;
    private final CityDirectory city;
    private final Vault vault;

    WorkOrderViews(JdbcClient jdbc, CityDirectory city, Vault vault) {
        this.jdbc = jdbc;
        this.city = city;
        this.vault = vault;
    }

    @Override
    public List<MatterView.WorkOrderView> of(String code, UnaryOperator<String> reading) {
        return jdbc.sql("select * from work_order where matter_id = ? order by id")
                .param(MatterCodes.number(code))
                .query((row, n) -> new MatterView.WorkOrderView(
                        row.getString("department"),
                        city.unit(row.getString("department"))
                                .map(OrgUnit::name)
                                .orElse(null),
                        row.getString("role"),
                        row.getString("status"),
                        reading == null ? null : reading.apply(vault.open(row.getString("report"), code)),
                        instant(row, "issued_at"),
                        instant(row, "accepted_at"),
                        instant(row, "closed_at")))
                .list();
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        Timestamp value = row.getTimestamp(column);
        return value == null ? null : value.toInstant();
    }
}
