<#import "template.ftl" as layout>
<#import "field.ftl" as field>
<#import "buttons.ftl" as buttons>
<@layout.registrationLayout displayMessage=!messagesPerField.existsError('phone'); section>
    <#if section = "header">
        ${msg("phoneTitle")}
    <#elseif section = "form">
        <form class="${properties.kcFormClass!}" onsubmit="this.send.disabled = true; return true;" action="${url.loginAction}" method="post">
            <@field.input name="phone" label=msg("phoneNumber") autofocus=true autocomplete="tel" />
            <@buttons.actionGroup>
                <@buttons.button id="send" name="send" label="phoneSendCode" />
            </@buttons.actionGroup>
        </form>
    </#if>
</@layout.registrationLayout>
