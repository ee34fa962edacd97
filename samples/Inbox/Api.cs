using Inbox.Administration;
using Inbox.Authentication;
using Inbox.Documents;
using Inbox.Health;
using Inbox.OpenApi;
using Inbox.Paging;
using Inbox.Problems;
using Inbox.Scans;
using Inbox.Usage;
using Microsoft.AspNetCore.Authorization;
using Tenancy;

namespace Inbox;

/// <summary>The whole API: what it is made of, and where its endpoints are.</summary>
static class Api
{
    public static WebApplication Build(WebApplicationBuilder builder)
    {
        builder.AddProblems();
        builder.Services.AddAuthentication().AddStrictJwt(builder.Configuration.GetSection(JwtOptions.Section));
        builder.Services.AddAuthorizationBuilder()
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        builder.Services.AddCursors(builder.Configuration.GetSection(CursorOptions.Section));
        builder.Services.AddHealthChecks().AddTenancyCatalog();
        builder.Services.AddApiDocument();
        builder.Services.AddSingleton<ReadUsage>();
        var tenancy = builder.Services.AddTenancy(builder.Configuration.GetSection("Tenancy"))
            .ResolveTenantsFrom(sources => sources.Claim("org").Route("tenant"))
            .UsePostgres();
        var scans = builder.Configuration.HasOcrServers();
        if (scans)
        {
            tenancy.UsePaddleOcr();
            builder.Services.AddScans(builder.Configuration.GetSection(ScanOptions.Section));
        }

        var app = builder.Build();
        app.UseProblems();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseTenancy();

        var organization = app.MapGroup("/v1/organizations/{tenant}").RequireTenant();
        organization.MapDocuments();
        organization.MapGet("/usage", ReadUsage.OfOwnAsync)
            .WithSummary("Tells what the tenant used, hour by hour or day by day, and what is left to it.")
            .WithTags("Usage");
        if (scans)
            organization.MapScans();
        if (app.Configuration.GetValue<bool>("Demo:UnsafeSearch"))
            organization.MapUnsafeSearch();
        app.MapTenantAdministration();
        app.MapHealth();
        app.MapApiDocument();
        return app;
    }
}
