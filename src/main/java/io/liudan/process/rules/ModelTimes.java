package io.liudan.process.rules;

import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.camunda.bpm.engine.impl.calendar.BusinessCalendar;
import org.camunda.bpm.engine.impl.calendar.CycleBusinessCalendar;
import org.camunda.bpm.engine.impl.calendar.DueDateBusinessCalendar;
import org.camunda.bpm.engine.impl.calendar.DurationBusinessCalendar;
import org.camunda.bpm.model.bpmn.BpmnModelInstance;
import org.camunda.bpm.model.bpmn.instance.TimerEventDefinition;
import org.camunda.bpm.model.bpmn.instance.UserTask;
import org.camunda.bpm.model.xml.instance.ModelElementInstance;

/** Times that stand in a model as they are, read by the calendars that the engine will read them with. */
final class ModelTimes {

    private ModelTimes() {}

    static List<String> faults(BpmnModelInstance model) {
        List<String> faults = new ArrayList<>();
        for (TimerEventDefinition timer : model.getModelElementsByType(TimerEventDefinition.class)) {
            ModelElementInstance event = timer.getParentElement();
            check(event, timer.getTimeDate(), new DueDateBusinessCalendar(), "2026-12-31T18:00:00", faults);
            check(event, timer.getTimeDuration(), new DurationBusinessCalendar(), "PT4H", faults);
            check(event, timer.getTimeCycle(), new CycleBusinessCalendar(), "R/PT4H", faults);
        }
        for (UserTask task : model.getModelElementsByType(UserTask.class)) {
            check(task, task.getCamundaDueDate(), new DueDateBusinessCalendar(), "P3D", faults);
            check(task, task.getCamundaFollowUpDate(), new DueDateBusinessCalendar(), "P3D", faults);
        }
        return faults;
    }

    private static void check(
            ModelElementInstance at,
            ModelElementInstance time,
            BusinessCalendar calendar,
            String example,
            List<String> faults) {
        check(at, time == null ? null : time.getTextContent(), calendar, example, faults);
    }

    private static void check(
            ModelElementInstance at, String time, BusinessCalendar calendar, String example, List<String> faults) {
        if (time == null || time.contains("${") || time.contains("#{")) {
            return;
        }
        try {
            if (calendar.resolveDuedate(time.strip(), (Date) null) != null) {
                return;
            }
        } catch (RuntimeException unreadable) {
            // told below
        }
        faults.add(ModelRules.at(at) + "时间写法读不懂 is no time that can be read: '" + time.strip() + "'，例如 for example "
                + example);
    }
}
