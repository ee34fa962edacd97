namespace Tenancy;

/// <summary>Reads, attacks and writes one tenant's tables and its neighbour's, and says what was wrong.</summary>
internal static class TableChecks
{
    public static async Task<List<string>> RunAsync(
        IsolationSuite suite, TestTenant tenant, IsolatedTable table, int rows, CancellationToken cancellationToken)
    {
        var findings = new List<string>();
        var neighbour = suite.NeighbourOf(tenant);
        var theirs = neighbour.Tables.First(other => other.Name == table.Name);
        await ReadOwnAsync().ConfigureAwait(false);
        foreach (var (attack, sql) in Attacks(neighbour.Tenant.Id, theirs.Qualified))
        {
            var (seen, error) = await Probe.ReadAsync(suite, tenant, sql, cancellationToken).ConfigureAwait(false);
            if (Shows(neighbour, [.. seen.SelectMany(row => row), $"{error}"]))
                findings.Add($"The {tenant} reads rows of another in {theirs.Qualified}, by {attack}.");
        }

        await WriteAsync("gives rows to another in", $"update {table.Plain} set tenant_id = '{neighbour.Tenant.Id}'").ConfigureAwait(false);
        await WriteAsync("changes rows of another in", $"update {theirs.Qualified} set tenant_id = tenant_id where tenant_id = '{neighbour.Tenant.Id}'").ConfigureAwait(false);
        await WriteAsync("deletes rows of another in", $"delete from {theirs.Qualified} where tenant_id = '{neighbour.Tenant.Id}'").ConfigureAwait(false);
        return findings;

        async Task ReadOwnAsync()
        {
            var (seen, error) = await Probe.ReadAsync(
                suite, tenant, $"select t.tenant_id::text, t::text from {table.Plain} as t", cancellationToken).ConfigureAwait(false);
            if (seen.Any(row => row[0] != tenant.Tenant.Id.ToString()) || Shows(neighbour, [.. seen.SelectMany(row => row)]))
                findings.Add($"The {tenant} reads rows of another in {table.Qualified}, by an ordinary SELECT.");
            if (error is not null || seen.Count < rows)
                findings.Add($"The {tenant} reads {seen.Count} of its {rows} rows in {table.Qualified}. {error?.Message}".TrimEnd());
            // Looked up, since a foreign key may stop the write that would tell: it says nothing of rows that nobody refers to.
            var (missing, guarded) = tenant.Isolation == TenantIsolation.Database
                ? ("The check on the tenant is missing", "exists (select from pg_constraint k where k.conrelid = c.oid and k.conname = 'tenancy_identity' and k.contype = 'c')")
                : ("Row security is not enabled and forced", "c.relrowsecurity and c.relforcerowsecurity");
            var (guard, _) = await Probe.ReadAsync(
                suite, tenant, $"select {guarded} from pg_class c where c.oid = to_regclass({SqlIdentifier.Literal(table.Qualified)})", cancellationToken).ConfigureAwait(false);
            if (guard is not [["True"]])
                findings.Add($"{missing} on {table.Qualified}. Run: select tenancy.isolate('{table.Name}');");
        }

        async Task WriteAsync(string what, string sql)
        {
            if (await Probe.ChangeAsync(suite, tenant, sql, cancellationToken).ConfigureAwait(false) is > 0)
                findings.Add($"The {tenant} {what} {theirs.Qualified}.");
        }
    }

    /// <summary>What a statement could do to read a neighbour's rows. The full list is in the library's own attack matrix.</summary>
    static (string Name, string Sql)[] Attacks(TenantId neighbour, string table)
    {
        var rows = $"select t.tenant_id::text || '/' || t::text from {table} as t";
        return
        [
            ("its neighbour's name of the table", rows),
            ("its neighbour's id", $"{rows} where t.tenant_id = '{neighbour}'"),
            ("set_config in FROM", $"select o.v from (select set_config('tenancy.tenant', '{neighbour}', true) offset 0) as s (x) cross join lateral ({rows.Replace("::text from", "::text as v from", StringComparison.Ordinal)} where s.x <> '' offset 0) as o"),
            ("enter()", $"select tenancy.enter('{neighbour}')::text union all {rows}"),
            ("enter(null)", $"select tenancy.enter(null)::text union all select tenancy.enter('{neighbour}')::text union all {rows}"),
            ("query_to_xml", $"select query_to_xml({SqlIdentifier.Literal($"select * from {table}")}, true, true, '')::text"),
        ];
    }

    static bool Shows(TestTenant tenant, string[] texts) => texts.Any(text =>
        text.Contains(tenant.Sentinel, StringComparison.Ordinal) || text.StartsWith($"{tenant.Tenant.Id}/", StringComparison.Ordinal));
}
