package io.liudan.camunda7;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.service.ServiceHelper;
import org.apache.camel.util.PropertiesHelper;
import org.camunda.bpm.engine.ProcessEngine;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Connects routes with a Camunda 7 engine in the same JVM: {@code camunda7:start/…}, {@code message}, {@code signal},
 * {@code decision}, {@code task} to it, {@code camunda7:external-task/…} from it. Engine, data source, transaction
 * manager and meter registry are found in Camel's registry where there is one of each; engine and tables must share the
 * data source and its transactions.
 */
@Component("camunda7")
public class Camunda7Component extends DefaultComponent {

    @Metadata(autowired = true, description = "The engine. By default the only one in the registry.")
    private ProcessEngine processEngine;

    @Metadata(
            autowired = true,
            description =
                    "Where the component keeps its inbox, parked messages and begun effects: the engine's own database.")
    private DataSource dataSource;

    @Metadata(autowired = true, description = "Begins the transactions that the engine takes part in.")
    private PlatformTransactionManager transactionManager;

    @Metadata(autowired = true, label = "advanced", description = "Where timers by topic and outcome go.")
    private MeterRegistry meterRegistry;

    @Metadata(
            label = "advanced",
            description =
                    "Makes an excerpt of a message fit to be read by operators. By default it shows nothing but its length.")
    private Masking masking = Masking.ALL;

    @Metadata(
            label = "advanced",
            description =
                    "Says how many external tasks of a topic may be taken now, and whether failures count: for circuit breakers, pauses and rates. By default all are taken.")
    private Gate gate = Gate.OPEN;

    @Metadata(description = "Named retry cycles: name to waits, for example patient = PT10S,PT1M,PT10M,PT1H.")
    private Map<String, String> retryCycles = new LinkedHashMap<>();

    @Metadata(
            label = "advanced",
            defaultValue = "1000",
            javaType = "java.time.Duration",
            description = "How often parked messages are tried again.")
    private long parkingInterval = 1000;

    @Metadata(
            label = "advanced",
            defaultValue = "30",
            description = "Days after which answers and begun effects are forgotten.")
    private int rememberDays = 30;

    private Ledger ledger;
    private Parking parking;

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        int slash = remaining.indexOf('/');
        if (slash < 1 || slash == remaining.length() - 1) {
            throw new IllegalArgumentException(
                    "camunda7:operation/name is needed, for example camunda7:external-task/send, but was: "
                            + remaining);
        }
        Camunda7Endpoint endpoint =
                new Camunda7Endpoint(uri, this, remaining.substring(0, slash), remaining.substring(slash + 1));
        endpoint.setVariables(texts(parameters, "variable."));
        endpoint.setCorrelation(texts(parameters, "correlate."));
        endpoint.setErrors(texts(parameters, "error."));
        endpoint.setErrorVariables(texts(parameters, "errorVariable."));
        setProperties(endpoint, parameters);
        return endpoint;
    }

    private static Map<String, String> texts(Map<String, Object> parameters, String prefix) {
        Map<String, String> texts = new LinkedHashMap<>();
        PropertiesHelper.extractProperties(parameters, prefix)
                .forEach((name, value) -> texts.put(name, String.valueOf(value)));
        return texts;
    }

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        processEngine = found(processEngine, ProcessEngine.class)
                .orElseThrow(() -> new IllegalStateException("camunda7 needs a ProcessEngine in the registry"));
        dataSource = found(dataSource, DataSource.class)
                .orElseThrow(() -> new IllegalStateException("camunda7 needs a DataSource in the registry"));
        transactionManager = found(transactionManager, PlatformTransactionManager.class)
                .orElseThrow(
                        () -> new IllegalStateException("camunda7 needs a PlatformTransactionManager in the registry"));
        meterRegistry = found(meterRegistry, MeterRegistry.class).orElseGet(CompositeMeterRegistry::new);
        ledger = new Ledger(dataSource, new TransactionTemplate(transactionManager));
        parking = new Parking(this, parkingInterval, rememberDays);
    }

    private <T> Optional<T> found(T set, Class<T> type) {
        return set != null
                ? Optional.of(set)
                : Optional.ofNullable(getCamelContext().getRegistry().findSingleByType(type));
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        ledger.createTables();
        ServiceHelper.startService(parking);
    }

    @Override
    protected void doStop() throws Exception {
        ServiceHelper.stopService(parking);
        super.doStop();
    }

    /** External tasks whose attempts are used up. */
    public FailedTasks failedTasks() {
        return new FailedTasks(processEngine);
    }

    /** Messages for which no process waited in time. */
    public ExpiredMessages expiredMessages() {
        return new ExpiredMessages(ledger.jdbc());
    }

    Ledger ledger() {
        return ledger;
    }

    Parking parking() {
        return parking;
    }

    /** @param cycle the name of a cycle, or waits with commas between them */
    RetryCycle retryCycle(String cycle, double jitter) {
        return RetryCycle.parse(retryCycles.getOrDefault(cycle, cycle), jitter);
    }

    public ProcessEngine getProcessEngine() {
        return processEngine;
    }

    public void setProcessEngine(ProcessEngine processEngine) {
        this.processEngine = processEngine;
    }

    public DataSource getDataSource() {
        return dataSource;
    }

    public void setDataSource(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    public PlatformTransactionManager getTransactionManager() {
        return transactionManager;
    }

    public void setTransactionManager(PlatformTransactionManager transactionManager) {
        this.transactionManager = transactionManager;
    }

    public MeterRegistry getMeterRegistry() {
        return meterRegistry;
    }

    public void setMeterRegistry(MeterRegistry meterRegistry) {
        this.meterRegistry = meterRegistry;
    }

    public Masking getMasking() {
        return masking;
    }

    public void setMasking(Masking masking) {
        this.masking = masking;
    }

    public Gate getGate() {
        return gate;
    }

    public void setGate(Gate gate) {
        this.gate = gate;
    }

    public Map<String, String> getRetryCycles() {
        return retryCycles;
    }

    public void setRetryCycles(Map<String, String> retryCycles) {
        this.retryCycles = retryCycles;
    }

    public long getParkingInterval() {
        return parkingInterval;
    }

    public void setParkingInterval(long parkingInterval) {
        this.parkingInterval = parkingInterval;
    }

    public int getRememberDays() {
        return rememberDays;
    }

    public void setRememberDays(int rememberDays) {
        this.rememberDays = rememberDays;
    }
}
