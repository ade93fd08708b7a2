package io.liudan.problem;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.zaxxer.hikari.HikariDataSource;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import javax.sql.DataSource;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.i18n.LocaleContextHolder;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.LocaleResolver;

/**
 * Whether the database is there, asked twice a second over a connection of its own: a node without one isn't ready, and
 * says so to every caller at once in place of letting them wait.
 */
@Component("database")
class DatabaseWatch implements HealthIndicator, DisposableBean {

    private static final long PAUSE_MILLIS = 500;
    private static final int PATIENCE_SECONDS = 1;
    private static final String RETRY_AFTER = "2";

    private final DataSource pool;
    private final ProblemTexts texts;
    private final ObjectMapper json;
    private final LocaleResolver locales;
    private final Outages outages = new Outages();
    private volatile boolean there = true;
    private volatile boolean closing;
    private Connection connection;

    DatabaseWatch(DataSource pool, ProblemTexts texts, ObjectMapper json, LocaleResolver locales) {
        this.pool = pool;
        this.texts = texts;
        this.json = json;
        this.locales = locales;
        Thread.ofPlatform().daemon().name("database-watch").start(this::watch);
    }

    private void watch() {
        while (!closing) {
            boolean now = ask();
            if (!now && there && !closing) {
                outages.tell("The database doesn't answer: this node isn't ready");
            }
            there = now;
            try {
                Thread.sleep(PAUSE_MILLIS);
            } catch (InterruptedException e) {
                return;
            }
        }
        close();
    }

    private boolean ask() {
        try {
            if (connection == null) {
                connection = connect();
            }
            if (connection.isValid(PATIENCE_SECONDS)) {
                return true;
            }
        } catch (SQLException away) {
            // told by health and to callers
        }
        close();
        return false;
    }

    private Connection connect() throws SQLException {
        HikariDataSource settings = pool.unwrap(HikariDataSource.class);
        Properties properties = new Properties();
        properties.setProperty("user", settings.getUsername());
        properties.setProperty("password", settings.getPassword());
        properties.setProperty("connectTimeout", Integer.toString(PATIENCE_SECONDS));
        properties.setProperty("socketTimeout", Integer.toString(PATIENCE_SECONDS));
        properties.setProperty("loginTimeout", Integer.toString(PATIENCE_SECONDS));
        properties.setProperty("ApplicationName", "liudan-watch");
        return DriverManager.getConnection(settings.getJdbcUrl(), properties);
    }

    private void close() {
        try {
            if (connection != null) {
                connection.close();
            }
        } catch (SQLException gone) {
            // as well
        }
        connection = null;
    }

    @Override
    public Health health() {
        return there
                ? Health.up().build()
                : Health.down()
                        .withDetail("reason", "PostgreSQL doesn't answer")
                        .build();
    }

    @Override
    public void destroy() {
        closing = true;
    }

    /** Before anything asks the database, sessions and limits too. */
    @Bean
    FilterRegistrationBean<OncePerRequestFilter> unavailableWithoutDatabase() {
        FilterRegistrationBean<OncePerRequestFilter> registration = new FilterRegistrationBean<>(new Unavailable());
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 10);
        return registration;
    }

    private final class Unavailable extends OncePerRequestFilter {

        @Override
        protected boolean shouldNotFilter(HttpServletRequest request) {
            return there || request.getRequestURI().startsWith("/actuator/");
        }

        @Override
        protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                throws ServletException, IOException {
            response.setStatus(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
            response.setHeader(HttpHeaders.RETRY_AFTER, RETRY_AFTER);
            response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
            response.setCharacterEncoding("UTF-8");
            LocaleContextHolder.setLocale(locales.resolveLocale(request));
            json.writeValue(response.getOutputStream(), texts.detail(503, "unavailable"));
        }
    }
}
