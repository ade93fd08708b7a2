<#import "template.ftl" as layout>
<#import "field.ftl" as field>
<#import "buttons.ftl" as buttons>
<@layout.registrationLayout displayMessage=!messagesPerField.existsError('code'); section>
    <#if section = "header">
        ${msg("phoneCodeTitle")}
    <#elseif section = "form">
        <p class="liudan-hint">${msg("phoneCodeSent", shown)}</p>
        <form class="${properties.kcFormClass!}" action="${url.loginAction}" method="post">
            <@field.input name="code" label=msg("phoneCode") autofocus=true autocomplete="one-time-code" />
            <@buttons.actionGroup>
                <@buttons.button id="kc-login" name="login" label="doLogIn" />
            </@buttons.actionGroup>
        </form>
        <form class="liudan-others" action="${url.loginAction}" method="post">
            <button type="submit" name="again" value="1">${msg("phoneAgain")}</button>
            <button type="submit" name="other" value="1">${msg("phoneOther")}</button>
        </form>
    </#if>
</@layout.registrationLayout>
