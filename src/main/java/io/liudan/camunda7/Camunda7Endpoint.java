package io.liudan.camunda7;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;

/**
 * Start processes, send messages and signals, evaluate decisions, complete tasks, and work on external tasks of a
 * Camunda 7 engine in the same JVM.
 */
@UriEndpoint(
        firstVersion = "1.0.0",
        scheme = "camunda7",
        title = "Camunda 7",
        syntax = "camunda7:operation/name",
        category = Category.WORKFLOW,
        headersClass = Camunda7Headers.class)
public class Camunda7Endpoint extends DefaultEndpoint {

    @UriPath(
            enums = "start,message,signal,decision,task,external-task",
            description = "What to do: external-task is the consumer, all others are producers")
    @Metadata(required = true)
    private final String operation;

    @UriPath(
            description =
                    "Key of the process or decision, name of the message or signal, topic of the external task; of a task: complete, claim or unclaim")
    @Metadata(required = true)
    private final String name;

    @UriParam(
            prefix = "variable.",
            multiValue = true,
            description =
                    "Variables, name to Simple expression: what is handed to the engine, and what a completed external task answers. The body is never handed over by itself.")
    private Map<String, String> variables = new LinkedHashMap<>();

    @UriParam(label = "producer", description = "Simple expression of the business key")
    private String businessKey;

    @UriParam(label = "producer", description = "Simple expression of the process instance's id")
    private String processInstanceId;

    @UriParam(
            label = "producer",
            prefix = "correlate.",
            multiValue = true,
            description = "Process variables to find the waiting instance by, name to Simple expression")
    private Map<String, String> correlation = new LinkedHashMap<>();

    @UriParam(
            label = "producer",
            enums = "one,all,oneOrStart",
            defaultValue = "one",
            description =
                    "How many instances a message is for: exactly one waiting, all that wait, or one waiting and else a new one")
    private String mode = "one";

    @UriParam(
            label = "producer",
            javaType = "java.time.Duration",
            description =
                    "How long a message for which no process waits yet is parked and tried again. 0: not at all, it fails. Not within a transaction that was begun outside")
    private long ttl;

    @UriParam(
            description =
                    "Simple expression of a key that tells a repeated call. To a producer it gets the first call's answer and has no effect; a consumer hands it to its route as header Idempotency-Key, by default the task's id")
    private String idempotencyKey;

    @UriParam(label = "producer", description = "Version tag of the process or decision; the latest version without")
    private String versionTag;

    @UriParam(label = "producer", description = "Tenant of the process or decision")
    private String tenant;

    @UriParam(label = "producer", description = "Simple expression of the task's id")
    private String taskId;

    @UriParam(
            label = "producer",
            description = "Key of the user task in the model: with businessKey another way to name the one open task")
    private String taskKey;

    @UriParam(label = "producer", description = "Simple expression of the user who claims the task")
    private String user;

    @UriParam(
            label = "producer",
            enums = "value,row,values,rows",
            defaultValue = "row",
            description =
                    "What of a decision's result becomes the body: its only entry, its only row, one value of each row, or all rows")
    private String result = "row";

    @UriParam(
            label = "consumer",
            defaultValue = "4",
            description = "How many external tasks the route works on at once")
    private int concurrency = 4;

    @UriParam(
            label = "consumer",
            defaultValue = "10",
            description =
                    "How many external tasks are locked at once at most, worked on or waiting for it; no more are taken until one is done")
    private int maxTasks = 10;

    @UriParam(
            label = "consumer",
            defaultValue = "60000",
            javaType = "java.time.Duration",
            description = "How long a task is locked; after a crash another node takes it then")
    private long lockDuration = 60_000;

    @UriParam(
            label = "consumer",
            defaultValue = "true",
            description = "Extend the locks of tasks that are worked on for longer")
    private boolean extendLock = true;

    @UriParam(
            label = "consumer",
            description = "Names of the variables that the body holds, with commas between them; all without")
    private String fetchVariables;

    @UriParam(
            label = "consumer",
            defaultValue = "5000",
            javaType = "java.time.Duration",
            description =
                    "How long to wait before asking again where nothing woke the consumer: what other nodes created or let go")
    private long pollInterval = 5_000;

    @UriParam(
            label = "consumer",
            defaultValue = "PT10S,PT1M,PT5M,PT30M",
            description = "Waits between attempts, or the name of a cycle of the component; then an incident")
    private String retryCycle = "PT10S,PT1M,PT5M,PT30M";

    @UriParam(
            label = "consumer",
            defaultValue = "0.2",
            description = "By which part of itself a wait is lengthened or shortened at random")
    private double retryJitter = 0.2;

    @UriParam(
            label = "consumer",
            prefix = "error.",
            multiValue = true,
            description =
                    "BPMN errors, code to names of the exceptions (with commas between them) that mean it; of several codes the first whose exceptions fit")
    private Map<String, String> errors = new LinkedHashMap<>();

    @UriParam(
            label = "consumer",
            defaultValue = "${exception.message}",
            description = "Simple expression of a BPMN error's message")
    private String errorMessage = "${exception.message}";

    @UriParam(
            label = "consumer",
            prefix = "errorVariable.",
            multiValue = true,
            description = "Variables that a BPMN error carries, name to Simple expression")
    private Map<String, String> errorVariables = new LinkedHashMap<>();

    @UriParam(
            label = "consumer",
            description =
                    "Write down that the route's effect was begun and how it ended, so that a task that comes again is not done again")
    private boolean effects;

    @UriParam(label = "consumer", description = "What the topic does, for those who choose it in the Modeler")
    private String description;

    Camunda7Endpoint(String uri, Camunda7Component component, String operation, String name) {
        super(uri, component);
        this.operation = operation;
        this.name = name;
    }

    @Override
    public Producer createProducer() {
        return switch (operation) {
            case "start" -> new StartProducer(this);
            case "message" -> new MessageProducer(this);
            case "signal" -> new SignalProducer(this);
            case "decision" -> new DecisionProducer(this);
            case "task" -> new TaskProducer(this);
            default ->
                throw new IllegalArgumentException(
                        "camunda7:" + operation + " can't be sent to; start, message, signal, decision and task can");
        };
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        if (!"external-task".equals(operation)) {
            throw new IllegalArgumentException("camunda7:" + operation + " can't be received from; external-task can");
        }
        if (maxTasks < concurrency) {
            throw new IllegalArgumentException(
                    "maxTasks (" + maxTasks + ") must be at least concurrency (" + concurrency + ")");
        }
        ExternalTaskConsumer consumer = new ExternalTaskConsumer(this, processor);
        configureConsumer(consumer);
        return consumer;
    }

    @Override
    public Camunda7Component getComponent() {
        return (Camunda7Component) super.getComponent();
    }

    public String getOperation() {
        return operation;
    }

    public String getName() {
        return name;
    }

    public Map<String, String> getVariables() {
        return variables;
    }

    public void setVariables(Map<String, String> variables) {
        this.variables = variables;
    }

    public String getBusinessKey() {
        return businessKey;
    }

    public void setBusinessKey(String businessKey) {
        this.businessKey = businessKey;
    }

    public String getProcessInstanceId() {
        return processInstanceId;
    }

    public void setProcessInstanceId(String processInstanceId) {
        this.processInstanceId = processInstanceId;
    }

    public Map<String, String> getCorrelation() {
        return correlation;
    }

    public void setCorrelation(Map<String, String> correlation) {
        this.correlation = correlation;
    }

    public String getMode() {
        return mode;
    }

    public void setMode(String mode) {
        this.mode = mode;
    }

    public long getTtl() {
        return ttl;
    }

    public void setTtl(long ttl) {
        this.ttl = ttl;
    }

    public String getIdempotencyKey() {
        return idempotencyKey;
    }

    public void setIdempotencyKey(String idempotencyKey) {
        this.idempotencyKey = idempotencyKey;
    }

    public String getVersionTag() {
        return versionTag;
    }

    public void setVersionTag(String versionTag) {
        this.versionTag = versionTag;
    }

    public String getTenant() {
        return tenant;
    }

    public void setTenant(String tenant) {
        this.tenant = tenant;
    }

    public String getTaskId() {
        return taskId;
    }

    public void setTaskId(String taskId) {
        this.taskId = taskId;
    }

    public String getTaskKey() {
        return taskKey;
    }

    public void setTaskKey(String taskKey) {
        this.taskKey = taskKey;
    }

    public String getUser() {
        return user;
    }

    public void setUser(String user) {
        this.user = user;
    }

    public String getResult() {
        return result;
    }

    public void setResult(String result) {
        this.result = result;
    }

    public int getConcurrency() {
        return concurrency;
    }

    public void setConcurrency(int concurrency) {
        this.concurrency = concurrency;
    }

    public int getMaxTasks() {
        return maxTasks;
    }

    public void setMaxTasks(int maxTasks) {
        this.maxTasks = maxTasks;
    }

    public long getLockDuration() {
        return lockDuration;
    }

    public void setLockDuration(long lockDuration) {
        this.lockDuration = lockDuration;
    }

    public boolean isExtendLock() {
        return extendLock;
    }

    public void setExtendLock(boolean extendLock) {
        this.extendLock = extendLock;
    }

    public String getFetchVariables() {
        return fetchVariables;
    }

    public void setFetchVariables(String fetchVariables) {
        this.fetchVariables = fetchVariables;
    }

    public long getPollInterval() {
        return pollInterval;
    }

    public void setPollInterval(long pollInterval) {
        this.pollInterval = pollInterval;
    }

    public String getRetryCycle() {
        return retryCycle;
    }

    public void setRetryCycle(String retryCycle) {
        this.retryCycle = retryCycle;
    }

    public double getRetryJitter() {
        return retryJitter;
    }

    public void setRetryJitter(double retryJitter) {
        this.retryJitter = retryJitter;
    }

    public Map<String, String> getErrors() {
        return errors;
    }

    public void setErrors(Map<String, String> errors) {
        this.errors = errors;
    }

    public String getErrorMessage() {
        return errorMessage;
    }

    public void setErrorMessage(String errorMessage) {
        this.errorMessage = errorMessage;
    }

    public Map<String, String> getErrorVariables() {
        return errorVariables;
    }

    public void setErrorVariables(Map<String, String> errorVariables) {
        this.errorVariables = errorVariables;
    }

    public boolean isEffects() {
        return effects;
    }

    public void setEffects(boolean effects) {
        this.effects = effects;
    }

    public String getDescription() {
        return description;
    }

    public void setDescription(String description) {
        this.description = description;
    }
}
