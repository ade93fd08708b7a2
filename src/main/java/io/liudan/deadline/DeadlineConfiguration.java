package io.liudan.deadline;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.liudan.directory.CityDirectory;
import io.liudan.problem.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.Resource;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(DeadlineConfiguration.CalendarProperties.class)
class DeadlineConfiguration {

    /**
     * @param statutoryDays holidays by law, against which a year's notice is checked
     * @param officeHours see {@link OfficeHours}
     * @param days one JSON file a year, see {@link CalendarYear#read}; of two files for one year the later one counts
     */
    @ConfigurationProperties("liudan.calendar")
    record CalendarProperties(ZoneId zone, int statutoryDays, List<OfficeHours.Rule> officeHours, Resource[] days) {

        /** @throws IllegalStateException naming the file that can't be one */
        Collection<CalendarYear> years() {
            Map<Integer, CalendarYear> years = new TreeMap<>();
            Arrays.stream(days).forEach(file -> {
                CalendarYear year = read(file);
                years.put(year.year(), year);
            });
            return years.values();
        }

        private CalendarYear read(Resource file) {
            try (InputStream in = file.getInputStream()) {
                return CalendarYear.read(new ObjectMapper().readTree(in)).check(statutoryDays);
            } catch (JsonProcessingException e) {
                throw new IllegalStateException(
                        "The working calendar " + file.getDescription() + " isn't JSON: " + e.getOriginalMessage());
            } catch (Problem e) {
                throw new IllegalStateException(
                        "The working calendar " + file.getDescription() + " can't be right: " + e.errors());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Bean
    WorkingCalendar workingCalendar(CalendarProperties properties, CityDirectory city) {
        OfficeHours hours = new OfficeHours(
                properties.officeHours(),
                desk -> Stream.iterate(desk, one -> !one.equals(CityDirectory.SUPERVISION_DESK), city::superior));
        return new WorkingCalendar(properties.zone(), hours, properties.years());
    }
}
