package io.liudan.process.engine;

import io.liudan.identity.Actor;
import io.liudan.identity.Actors;
import io.swagger.v3.oas.annotations.Hidden;
import org.springframework.context.MessageSource;
import org.springframework.context.i18n.LocaleContextHolder;
import org.springframework.http.MediaType;
import org.springframework.security.core.Authentication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.util.HtmlUtils;

/** Asks before it signs anybody out: a link, or a picture that a browser fetches, is no wish to go. */
@Hidden
@RestController
class SignOutPage {

    private final MessageSource messages;

    SignOutPage(MessageSource messages) {
        this.messages = messages;
    }

    @GetMapping(path = "/logout", produces = MediaType.TEXT_HTML_VALUE + ";charset=UTF-8")
    String ask(Authentication authentication) {
        String name = Actors.of(authentication).map(Actor::name).orElse("");
        return messages.getMessage(
                "sign-out.page", new Object[] {HtmlUtils.htmlEscape(name)}, LocaleContextHolder.getLocale());
    }
}
