package io.liudan.problem;

import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.servers.Server;
import java.util.List;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The description of the API names the hub's own address, and not the one that a caller wrote into a header. */
@Configuration(proxyBeanMethods = false)
class ApiDescription {

    @Bean
    OpenAPI openApi(@Value("${liudan.web-url}") String webUrl) {
        return new OpenAPI()
                .info(new Info().title("六单枢纽 Liudan Hub").version("v1"))
                .servers(List.of(new Server().url(webUrl)));
    }
}
