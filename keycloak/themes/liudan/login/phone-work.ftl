<#import "template.ftl" as layout>
<@layout.registrationLayout displayMessage=false; section>
    <#if section = "header">
        ${msg("phoneWorkTitle")}
    <#elseif section = "form">
        <p class="liudan-hint" role="status">${msg("phoneWork")}</p>
        <noscript><p class="liudan-hint">${msg("phoneWorkNoScript")}</p></noscript>
        <form id="work" action="${url.loginAction}" method="post" data-challenge="${challenge}" data-bits="${bits}">
            <input type="hidden" name="work" value="">
        </form>
        <script src="${url.resourcesPath}/js/work.js"></script>
    </#if>
</@layout.registrationLayout>
