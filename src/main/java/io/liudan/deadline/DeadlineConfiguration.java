package io.liudan.deadline;

import java.io.IOException;
import java.io.InputStream;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.Resource;

@Configuration(proxyBeanMethods = false)
class DeadlineConfiguration {

    /**
     * @param days  one JSON file a year in the format of holiday-cn: {@code {year, days: [{date, isOffDay}]}}
     * @param hours office hours, for example {@code 08:30-12:00,14:30-18:00}
     */
    @Bean
    WorkingCalendar workingCalendar(@Value("${liudan.calendar.days}") Resource[] days, @Value("${liudan.calendar.hours}") String[] hours,
            @Value("${liudan.calendar.zone}") ZoneId zone) throws IOException {
        Map<LocalDate, Boolean> exceptions = new HashMap<>();
        Set<Integer> years = new HashSet<>();
        for (Resource file : days) {
            try (InputStream in = file.getInputStream()) {
                JsonNode year = new ObjectMapper().readTree(in);
                years.add(year.path("year").asInt());
                year.path("days").forEach(day -> exceptions.put(LocalDate.parse(day.path("date").asText()), !day.path("isOffDay").asBoolean()));
            }
        }
        List<WorkingCalendar.Shift> shifts = Arrays.stream(hours).map(text -> text.trim().split("-"))
                .map(pair -> new WorkingCalendar.Shift(LocalTime.parse(pair[0]), LocalTime.parse(pair[1]))).toList();
        return new WorkingCalendar(zone, shifts, exceptions, years);
    }
}
