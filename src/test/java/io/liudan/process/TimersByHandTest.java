package io.liudan.process;

import io.liudan.HubTest;
import io.liudan.matter.Intake;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Process tests on the real engine whose clock is moved: its timers fire when the test says so, one after the other.
 */
public abstract class TimersByHandTest extends HubTest {

    public RequestDriver driver;

    @Autowired
    public ProcessEngine engine;

    @Autowired
    public EngineClock clock;

    @Autowired
    public JdbcClient jdbc;

    @BeforeAll
    static void stopJobExecutor(@Autowired ProcessEngine engine) {
        ((ProcessEngineConfigurationImpl) engine.getProcessEngineConfiguration())
                .getJobExecutor()
                .shutdown();
    }

    @AfterAll
    static void startJobExecutorAgain(@Autowired ProcessEngine engine) {
        ((ProcessEngineConfigurationImpl) engine.getProcessEngineConfiguration())
                .getJobExecutor()
                .start();
    }

    @BeforeEach
    void drive(@Autowired Intake intake) {
        driver = new RequestDriver(intake, engine, jdbc);
    }
}
