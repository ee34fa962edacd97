using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Tenancy;
using Tenancy.TestKit;

namespace Inbox.Tests.Testing;

/// <summary>Tenancy.Testing on the sample, as a user of the packages would write it.</summary>
public sealed class IsolationSuiteTests
{
    [Fact]
    public async Task No_table_and_no_response_of_the_sample_shows_another_tenants_rows()
    {
        await using var inbox = await InboxInProcess.StartAsync();
        await using var suite = await IsolationSuite.StartAsync(inbox.Services, new() { Value = Lines });

        // A warning may be the machine's, such as a server behind its newest minor release.
        await TenantIsolation.AssertLintCleanAsync(inbox.Services, LintSeverity.Error);
        await suite.CheckTablesAsync();
        var addresses = await suite.ScanOpenApiAsync(inbox.Client, "/openapi/v1.json", Scan(inbox));

        Assert.Contains(addresses, address => address.EndsWith("/documents", StringComparison.Ordinal));
        Assert.Contains(addresses, address => address.Contains("/documents/search?q=", StringComparison.Ordinal));
        foreach (var part in (string[])["", "/scan", "/scan/events", "/scan/pages"])
            Assert.Contains(addresses, address => address.EndsWith($"/documents/{IsolationSuite.RowId(1)}{part}", StringComparison.Ordinal));
        var tried = await suite.CheckControlsAsync(PrivateCluster.Administrator);
        Assert.Equal(13, tried.Count);
    }

    /// <summary>A cache whose key names no tenant: what the first caller reads, the next one gets.</summary>
    [Fact]
    public async Task A_planted_bug_in_an_endpoint_is_reported()
    {
        var cache = new ConcurrentDictionary<string, string[]>();
        await using var inbox = await InboxInProcess.StartAsync(organization => organization.MapGet("/recent", async (TenantDataSource db, CancellationToken stop) =>
        {
            if (cache.TryGetValue("recent", out var recent))
                return Results.Ok(recent);
            await using var command = db.CreateCommand("select title from documents order by created desc limit 1");
            return Results.Ok(cache["recent"] = [(string)(await command.ExecuteScalarAsync(stop))!]);
        }).WithSummary("What came last."));
        await using var suite = await IsolationSuite.StartAsync(inbox.Services, new() { Isolations = [TenantIsolation.Row] });

        var violation = await Assert.ThrowsAsync<IsolationViolationException>(() => suite.ScanOpenApiAsync(inbox.Client, "/openapi/v1.json", Scan(inbox)));

        Assert.All(violation.Findings, finding => Assert.Contains("/recent", finding, StringComparison.Ordinal));
        Assert.Contains("answers 200 with a row of the Row tenant", violation.Message, StringComparison.Ordinal);
        await suite.CheckTablesAsync();
    }

    [Fact]
    public async Task Requests_that_reach_no_row_prove_nothing_and_say_so()
    {
        await using var inbox = await InboxInProcess.StartAsync();
        await using var suite = await IsolationSuite.StartAsync(inbox.Services, new() { Isolations = [TenantIsolation.Row] });
        var silent = await Assert.ThrowsAsync<InvalidOperationException>(
            () => suite.ScanAsync(inbox.Client, tenant => [new(HttpMethod.Get, $"/v1/organizations/{tenant.Tenant.Slug}/documents")]));
        Assert.Contains("signed in", silent.Message, StringComparison.Ordinal);
    }

    /// <summary>The one column that is read as more than a text.</summary>
    static string? Lines(SentinelColumn column) =>
        column is { Table: "scan_pages", Column: "lines" } ? $$"""[{"text":"{{column.Sentinel}}","confidence":1,"polygon":[]}]""" : null;

    static OpenApiScan Scan(InboxInProcess inbox) => new()
    {
        Authorize = inbox.SignIn,
        Parameter = (tenant, name) => name switch
        {
            "tenant" or "slug" => tenant.Tenant.Slug.Value,
            "id" => IsolationSuite.RowId(1).ToString(),
            "q" => "sentinel*",
            _ => null,
        },
    };
}
