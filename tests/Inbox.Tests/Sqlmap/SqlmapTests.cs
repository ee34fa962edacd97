using Inbox.Tests.Testing;
using Tenancy;
using Xunit.Abstractions;

namespace Inbox.Tests.Sqlmap;

/// <summary>
/// sqlmap against an endpoint that pastes its parameter into a statement: it gets in, and reads the tenant's own rows. It
/// adds no statement, and reads nothing of the tenant beside it.
/// </summary>
public sealed class SqlmapTests(ITestOutputHelper output)
{
    /// <summary>What its stock payloads never try: to change the tenant in scope.</summary>
    static string[] Payloads(TestTenant other) =>
    [
        $"select min(tenant_id::text)||max(tenant_id::text)||min(body)||max(body) from {Table(other)}",
        $"select min(o.v) from (select set_config('tenancy.tenant','{other.Tenant.Id}',true) offset 0) s(x) cross join lateral (select tenant_id::text||body as v from {Table(other)} where s.x is not null offset 0) o",
        $"select tenancy.enter('{other.Tenant.Id}')::text||(select min(body) from {Table(other)})",
        $"select coalesce(tenancy.enter(null)::text,'')||tenancy.enter('{other.Tenant.Id}')::text||(select min(body) from {Table(other)})",
        $"select query_to_xml('select * from {Table(other)}',true,true,'')::text",
    ];

    /// <summary>A slice that takes seconds: the ways that show rows, and stacked statements, which must not be among them.</summary>
    [SqlmapFact]
    public Task It_gets_in_but_adds_no_statement_and_reads_no_other_tenant() =>
        AttackAsync(TenantIsolation.Row, ["--level", "1", "--technique", "EUS", "--union-cols", "2"], payloads: 3);

    [SqlmapNight]
    public async Task At_level_3_with_all_techniques_under_each_isolation()
    {
        foreach (var isolation in Enum.GetValues<TenantIsolation>())
            await AttackAsync(isolation, ["--level", "3", "--risk", "3", "--technique", "BEUSTQ"], payloads: int.MaxValue);
    }

    async Task AttackAsync(TenantIsolation isolation, string[] how, int payloads)
    {
        await using var inbox = await InboxInProcess.StartAsync(unsafeSearch: true);
        // A tier without a limit on requests: what is to be tested is behind it.
        await using var suite = await IsolationSuite.StartAsync(inbox.Services, new() { Isolations = [isolation], Tier = "enterprise" });
        var (own, other) = (suite.Tenants[0], suite.Tenants[1]);
        using var sqlmap = new SqlmapRun(
            new Uri(inbox.Client.BaseAddress!, $"/v1/organizations/{own.Tenant.Slug}/unsafe-search?title=none"), inbox.Token(own));

        var found = await sqlmap.RunAsync([.. how, "--flush-session"]);
        foreach (var line in found.Split('\n').Where(line => line.Contains("HTTP(s) requests", StringComparison.Ordinal) || line.Contains("Type: ", StringComparison.Ordinal)))
            output.WriteLine($"{isolation}: {line.Trim()}");
        Assert.True(found.Contains("Parameter: title (GET)", StringComparison.Ordinal), found);
        Assert.DoesNotContain("Type: stacked queries", found, StringComparison.Ordinal);

        // It does read, so that what it does not read means something.
        await sqlmap.RunAsync([.. how, "--dump", "-D", own.Tenant.Placement.Schema, "-T", "documents", "--fresh-queries"]);
        Assert.Contains(own.Sentinel, sqlmap.Everything, StringComparison.Ordinal);
        foreach (var payload in Payloads(other).Take(payloads))
            await sqlmap.RunAsync([.. how, "--sql-query", payload, "--fresh-queries"]);

        Assert.DoesNotContain(other.Sentinel, sqlmap.Everything, StringComparison.Ordinal);
        await suite.CheckTablesAsync();
    }

    static string Table(TestTenant tenant) => $"{tenant.Tenant.Placement.Schema}.documents";
}
