package io.liudan.embedded;

import io.liudan.notification.TextMessages;
import io.swagger.v3.oas.annotations.Hidden;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.Collectors;
import org.springframework.context.annotation.Profile;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.util.HtmlUtils;

/** All the phones of the demo city: shows the last texts to made-up people. They go with the program. */
@RestController
@Profile("embedded")
@RequestMapping("/embedded/inbox")
@Hidden
class SimulatedInbox implements TextMessages {

    private static final int KEPT = 200;
    private static final String PAGE = """
            <!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta http-equiv="refresh" content="3">
            <title>模拟短信</title><style>
            body { font: 16px/1.6 system-ui, sans-serif; max-width: 40rem; margin: 0 auto; padding: 1rem; background: #eef4f7; color: #1d2b33 }
            article { background: #fff; border-radius: 8px; padding: .6rem 1rem; margin: .6rem 0 } small { color: #52646e }</style>
            <h1>模拟短信</h1>%s</html>""";

    private final Deque<Text> texts = new ArrayDeque<>();
    private final Clock clock;

    record Text(Instant at, String phone, String text) {}

    SimulatedInbox(Clock clock) {
        this.clock = clock;
    }

    @Override
    public synchronized void send(String phone, String text) {
        texts.addFirst(new Text(clock.instant(), phone, text));
        if (texts.size() > KEPT) {
            texts.removeLast();
        }
    }

    /** The newest first. */
    @GetMapping(produces = MediaType.APPLICATION_JSON_VALUE)
    synchronized List<Text> list(@RequestParam(required = false) String phone) {
        return texts.stream()
                .filter(text -> phone == null || text.phone().equals(phone))
                .toList();
    }

    @GetMapping(produces = MediaType.TEXT_HTML_VALUE + ";charset=UTF-8")
    String page() {
        List<Text> all = list(null);
        return PAGE.formatted(
                all.isEmpty()
                        ? "<p>还没有短信。</p>"
                        : all.stream()
                                .map(text -> "<article><small>" + HtmlUtils.htmlEscape(text.phone()) + "</small><br>"
                                        + HtmlUtils.htmlEscape(text.text()) + "</article>")
                                .collect(Collectors.joining()));
    }
}
