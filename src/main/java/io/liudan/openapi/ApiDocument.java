package io.liudan.openapi;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.swagger.v3.core.jackson.ModelResolver;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.info.Contact;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.info.License;
import io.swagger.v3.oas.models.security.OAuthFlow;
import io.swagger.v3.oas.models.security.OAuthFlows;
import io.swagger.v3.oas.models.security.Scopes;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import io.swagger.v3.oas.models.servers.Server;
import java.net.URI;
import java.util.List;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * What stands at the head of the document: what this is, where it is (the hub's own address, and not the one that a
 * caller wrote into a header), and how to come in.
 */
@Configuration(proxyBeanMethods = false)
class ApiDocument {

    static final String OAUTH = "oauth2";
    static final String BEARER = "bearer";

    private static final String ABOUT = """
            临夏市六单联办枢纽的接口：群众点单、网格核单、社区下单、街道派单、部门接单、群众评单，以及其他各类事项。

            The hub through which a city answers its residents. `/api/v1` is for people and their apps, `/integration/v1` for departments' own systems.

            **Coming in.** Every call carries an access token of the realm: people get theirs by the authorization code flow with PKCE, systems by client credentials.
            A token that isn't good is answered with 401, a door that isn't open to its roles with 403, something that one may not know of with 404.

            **Errors** are problems as RFC 9457 has them (`application/problem+json`), in the language of `Accept-Language`; `code` is for programs, `errors` names the fields.

            **Once.** Calls that take an `Idempotency-Key` do their work once for a key: the same call again gets the same answer, and the same key with another body 422.

            **Pages** end with `next`, the `cursor` of the next one; the last page has none. Times are instants in UTC (RFC 3339). What is unknown or not to be seen is absent, never `null`.
            """;

    @Bean
    OpenAPI openApi(
            @Value("${liudan.web-url}") String webUrl,
            @Value("${liudan.identity.issuer}") String issuer,
            @Value("${liudan.api.contact}") String contact) {
        String realm = issuer + "/protocol/openid-connect";
        return new OpenAPI()
                .info(new Info()
                        .title("六单枢纽 Liudan Hub")
                        .version("1.0.0")
                        .description(ABOUT)
                        .contact(new Contact().name("临夏市大数据服务中心").email(contact))
                        .license(new License()
                                .name("内部使用 For the city and its partners")
                                .url(webUrl)))
                // Where a machine is its own hub, clients are told so by the address that they got this from.
                .servers(List.of(new Server()
                        .url(URI.create(webUrl).getHost().equals("localhost") ? "/" : webUrl)
                        .description("This hub")))
                .components(new Components()
                        .addSecuritySchemes(
                                OAUTH,
                                new SecurityScheme()
                                        .type(SecurityScheme.Type.OAUTH2)
                                        .description("People sign in; departments' systems use their client's secret.")
                                        .flows(new OAuthFlows()
                                                .authorizationCode(new OAuthFlow()
                                                        .authorizationUrl(realm + "/auth")
                                                        .tokenUrl(realm + "/token")
                                                        .scopes(new Scopes().addString("openid", "Who signs in")))
                                                .clientCredentials(new OAuthFlow()
                                                        .tokenUrl(realm + "/token")
                                                        .scopes(new Scopes()))))
                        .addSecuritySchemes(
                                BEARER,
                                new SecurityScheme()
                                        .type(SecurityScheme.Type.HTTP)
                                        .scheme("bearer")
                                        .bearerFormat("JWT")
                                        .description("An access token that one has already.")))
                .addSecurityItem(new SecurityRequirement().addList(OAUTH))
                .addSecurityItem(new SecurityRequirement().addList(BEARER));
    }

    /** Registered before all others, and so asked after them: those that tell of comments hand on to it. */
    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE)
    ModelResolver schemaResolver(ObjectMapper json) {
        return new RequiredModels(json, new SchemaNames()).openapi31(true);
    }
}
