namespace Tenancy;

/// <content>Checks of the tables themselves.</content>
public sealed partial class IsolationSuite
{
    /// <summary>
    /// Reads every isolated table as each tenant, by its own name and by its neighbour's, attacks it with statements that try
    /// to change the tenant in scope, and tries to write what is another's.
    /// </summary>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="IsolationViolationException">A tenant reached what is another's, or not what is its own.</exception>
    /// <exception cref="InvalidOperationException">There is no isolated table, so that nothing would be proven.</exception>
    public async Task CheckTablesAsync(CancellationToken cancellationToken = default) =>
        IsolationViolationException.ThrowIfAny(await FindAsync(_tenants, cancellationToken).ConfigureAwait(false));

    internal async Task<List<string>> FindAsync(IEnumerable<TestTenant> tenants, CancellationToken cancellationToken)
    {
        var findings = new List<string>();
        foreach (var tenant in tenants)
        {
            if (tenant.Tables.Count == 0)
                throw new InvalidOperationException($"The {tenant} has no isolated table. Call tenancy.isolate() in the migration that creates one.");
            foreach (var table in tenant.Tables)
                findings.AddRange(await TableChecks.RunAsync(this, tenant, table, _options.Rows, cancellationToken).ConfigureAwait(false));
        }

        return findings;
    }
}
