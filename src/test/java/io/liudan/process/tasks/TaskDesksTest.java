package io.liudan.process.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import io.liudan.HubTest;
import io.liudan.matter.Intake;
import io.liudan.process.RequestDriver;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.task.Task;
import org.camunda.bpm.engine.task.TaskQuery;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The desk in a task's own row says what its candidates say, whatever becomes of them. */
class TaskDesksTest extends HubTest {

    @Autowired
    private TaskService tasks;

    @Autowired
    private PlatformTransactionManager transactions;

    @Autowired
    private JdbcClient jdbc;

    @Autowired
    private Intake intake;

    @Autowired
    private ProcessEngine engine;

    private final String one = "desk-" + UUID.randomUUID();
    private final String other = "desk-" + UUID.randomUUID();
    private Task task;

    @BeforeEach
    void aTaskOfNoDesk() {
        task = tasks.newTask();
        tasks.saveTask(task);
    }

    @AfterEach
    void deleted() {
        tasks.deleteTask(task.getId(), true);
    }

    private long count(String... desks) {
        return query(desks).count();
    }

    private TaskQuery query(String... desks) {
        TaskQuery query =
                tasks.createTaskQuery().taskCandidateGroupIn(List.of(desks)).includeAssignedTasks();
        assertThat(query.listPage(0, 15)).hasSize((int) query.count());
        return query;
    }

    @Test
    void a_task_is_found_by_its_desk_alone() {
        assertThat(count(one)).isZero();
        tasks.addCandidateGroup(task.getId(), one);
        assertThat(count(one)).isEqualTo(1);
        assertThat(count(other)).isZero();
        assertThat(count("*")).isZero();
    }

    @Test
    void a_task_of_two_desks_is_found_by_each_of_them_and_once_by_both() {
        tasks.addCandidateGroup(task.getId(), one);
        tasks.addCandidateGroup(task.getId(), other);
        assertThat(count(one)).isEqualTo(1);
        assertThat(count(other)).isEqualTo(1);
        assertThat(count(one, other)).isEqualTo(1);
        assertThat(count("desk-of-nobody")).isZero();
    }

    @Test
    void a_desk_that_is_taken_away_finds_the_task_no_longer() {
        tasks.addCandidateGroup(task.getId(), one);
        tasks.addCandidateGroup(task.getId(), other);
        tasks.deleteCandidateGroup(task.getId(), one);
        assertThat(count(one)).isZero();
        assertThat(count(other)).isEqualTo(1);
        tasks.deleteCandidateGroup(task.getId(), other);
        assertThat(count(other)).isZero();
    }

    @Test
    void a_candidate_who_is_a_person_or_only_takes_part_makes_no_desk() {
        tasks.addCandidateUser(task.getId(), one);
        tasks.addGroupIdentityLink(task.getId(), one, "observer");
        assertThat(count(one)).isZero();
        assertThat(tasks.createTaskQuery()
                        .taskCandidateUser(one)
                        .includeAssignedTasks()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void the_assigned_are_left_out_unless_asked_for() {
        tasks.addCandidateGroup(task.getId(), one);
        tasks.setAssignee(task.getId(), "somebody");
        assertThat(tasks.createTaskQuery().taskCandidateGroup(one).count()).isZero();
        assertThat(count(one)).isEqualTo(1);
    }

    @Test
    void a_query_of_alternatives_takes_a_desk_for_one_of_them() {
        tasks.addCandidateGroup(task.getId(), one);
        assertThat(tasks.createTaskQuery()
                        .or()
                        .taskCandidateGroup(one)
                        .taskName("no such name")
                        .endOr()
                        .count())
                .isEqualTo(1);
        assertThat(tasks.createTaskQuery()
                        .or()
                        .taskCandidateGroup(other)
                        .taskId(task.getId())
                        .endOr()
                        .count())
                .isEqualTo(1);
        assertThat(tasks.createTaskQuery()
                        .or()
                        .taskCandidateGroup(other)
                        .taskName("no such name")
                        .endOr()
                        .count())
                .isZero();
        assertThat(tasks.createTaskQuery()
                        .or()
                        .taskCandidateGroup(one)
                        .endOr()
                        .or()
                        .taskCandidateGroup(other)
                        .endOr()
                        .count())
                .isZero();
    }

    @Test
    void a_mark_is_found_with_and_without_a_desk_and_only_on_its_own_task() {
        Task unmarked = tasks.newTask();
        tasks.saveTask(unmarked);
        tasks.addCandidateGroup(task.getId(), one);
        tasks.addCandidateGroup(unmarked.getId(), one);
        tasks.setVariableLocal(task.getId(), one, true);
        tasks.setVariableLocal(unmarked.getId(), one, false);
        assertThat(tasks.createTaskQuery().taskVariableValueEquals(one, true).list())
                .extracting(Task::getId)
                .containsExactly(task.getId());
        assertThat(tasks.createTaskQuery().taskVariableValueEquals(one, true).count())
                .isEqualTo(1);
        assertThat(tasks.createTaskQuery().taskVariableValueNotEquals(one, true).list())
                .extracting(Task::getId)
                .containsExactly(unmarked.getId());
        assertThat(tasks.createTaskQuery()
                        .taskCandidateGroup(one)
                        .taskVariableValueEquals(one, true)
                        .count())
                .isEqualTo(1);
        assertThat(tasks.createTaskQuery()
                        .taskCandidateGroup(one)
                        .taskVariableValueNotEquals(one, true)
                        .list())
                .extracting(Task::getId)
                .containsExactly(unmarked.getId());
        assertThat(tasks.createTaskQuery()
                        .taskCandidateGroup(other)
                        .taskVariableValueEquals(one, true)
                        .count())
                .isZero();
        tasks.setVariableLocal(task.getId(), other, "YELLOW");
        assertThat(tasks.createTaskQuery()
                        .taskCandidateGroup(one)
                        .taskVariableValueEquals(other, "YELLOW")
                        .list())
                .extracting(Task::getId)
                .containsExactly(task.getId());
        assertThat(tasks.createTaskQuery()
                        .taskCandidateGroup(one)
                        .taskVariableValueEquals(other, "yellow")
                        .matchVariableValuesIgnoreCase()
                        .count())
                .isEqualTo(1);
        assertThat(tasks.createTaskQuery()
                        .taskCandidateGroup(one)
                        .taskVariableValueEquals(one, true)
                        .taskVariableValueEquals(other, "RED")
                        .count())
                .isZero();
        assertThat(tasks.createTaskQuery()
                        .taskVariableValueEquals(one, true)
                        .taskVariableValueEquals(one, false)
                        .count())
                .isZero();
        assertThat(tasks.createTaskQuery()
                        .or()
                        .taskVariableValueEquals(one, true)
                        .taskId(unmarked.getId())
                        .endOr()
                        .count())
                .isEqualTo(2);
        assertThat(tasks.createTaskQuery().taskVariableValueEquals(other, true).count())
                .isZero();
        tasks.deleteTask(unmarked.getId(), true);
    }

    @Test
    void a_mark_that_changes_or_goes_is_found_as_what_it_is_now() {
        tasks.setVariableLocal(task.getId(), one, "YELLOW");
        tasks.setVariableLocal(task.getId(), other, true);
        tasks.setVariableLocal(task.getId(), one, "RED");
        assertThat(tasks.createTaskQuery()
                        .taskVariableValueEquals(one, "YELLOW")
                        .count())
                .isZero();
        assertThat(tasks.createTaskQuery()
                        .taskVariableValueEquals(one, "RED")
                        .taskVariableValueEquals(other, true)
                        .count())
                .isEqualTo(1);
        tasks.removeVariableLocal(task.getId(), one);
        assertThat(tasks.createTaskQuery().taskVariableValueEquals(one, "RED").count())
                .isZero();
        assertThat(tasks.createTaskQuery().taskVariableValueEquals(other, true).count())
                .isEqualTo(1);
        tasks.setVariableLocal(task.getId(), other, 1);
        assertThat(tasks.createTaskQuery().taskVariableValueEquals(other, true).count())
                .isZero();
        assertThat(tasks.createTaskQuery().taskVariableValueEquals(other, 1).count())
                .isEqualTo(1);
    }

    @Test
    void a_mark_that_the_model_gives_to_a_task_is_there_from_its_beginning() {
        RequestDriver driver = new RequestDriver(intake, engine, jdbc);
        String code = driver.submit("sanitation");
        driver.decide(code, "verify", "CONFIRM");
        driver.decide(code, "issue", "ISSUE");
        driver.decide(code, "dispatch", "DISPATCH", "lead", "cgj", "supporting", "hwzx", "urgency", "NORMAL");
        TaskQuery marked = tasks.createTaskQuery()
                .processInstanceBusinessKey(code)
                .taskCandidateGroupIn(List.of("dept-cgj", "dept-hwzx"))
                .taskVariableValueEquals("supporting", true);
        assertThat(marked.list())
                .extracting(Task::getId)
                .containsExactly(driver.task(code, "accept", "dept-hwzx").getId());
        assertThat(marked.count()).isEqualTo(1);
    }

    @Test
    void two_desks_added_at_the_same_instant_are_both_known() throws InterruptedException {
        CountDownLatch added = new CountDownLatch(1);
        CompletableFuture<Void> first =
                CompletableFuture.runAsync(() -> new TransactionTemplate(transactions).executeWithoutResult(status -> {
                    link(one);
                    added.countDown();
                    pause();
                }));
        added.await();
        link(other);
        first.join();
        assertThat(count(one)).isEqualTo(1);
        assertThat(count(other)).isEqualTo(1);
    }

    /** Past the engine, which has a lock of its own here. */
    private void link(String desk) {
        jdbc.sql(
                        "insert into act_ru_identitylink (id_, rev_, type_, group_id_, task_id_) values (?, 1, 'candidate', ?, ?)")
                .params(UUID.randomUUID().toString(), desk, task.getId())
                .update();
    }

    private static void pause() {
        try {
            Thread.sleep(300);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
