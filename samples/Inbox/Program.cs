using Inbox.Administration;
using Inbox.Authentication;
using Inbox.Commands;
using Inbox.Documents;
using Inbox.Health;
using Inbox.Problems;
using Microsoft.AspNetCore.Authorization;
using Tenancy;

if (Command.Find(args) is { } command)
    return await command.RunAsync();

var builder = Command.CreateBuilder(args);
builder.AddProblems();
builder.Services.AddAuthentication().AddStrictJwt(builder.Configuration.GetSection(JwtOptions.Section));
builder.Services.AddAuthorizationBuilder()
    .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
builder.Services.AddHealthChecks().AddTenancyCatalog();
builder.Services.AddTenancy(builder.Configuration.GetSection("Tenancy"))
    .ResolveTenantsFrom(sources => sources.Claim("org").Route("tenant"))
    .UsePostgres();

var app = builder.Build();
app.UseProblems();
app.UseAuthentication();
app.UseAuthorization();
app.UseTenancy();

var organization = app.MapGroup("/v1/organizations/{tenant}").RequireTenant();
organization.MapDocuments();
if (app.Configuration.GetValue<bool>("Demo:UnsafeSearch"))
    organization.MapUnsafeSearch();
app.MapTenantAdministration();
app.MapHealth();

await app.RunAsync();
return 0;
