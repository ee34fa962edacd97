namespace Tenancy;

/// <summary>Usage in the catalog's database: one statement for each batch.</summary>
internal sealed class PostgresUsageLedger(UsageConnections connections) : IUsageLedger
{
    public Task AddAsync(UsageBatch batch, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return connections.AskAsync("select tenancy_usage.add($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)", parameters =>
        {
            parameters.AddTyped(batch.Node);
            parameters.AddTyped(batch.Number);
            parameters.AddTyped(batch.Minute.UtcDateTime);
            parameters.AddTyped(Column(static entry => entry.Tenant.Value));
            for (var metric = UsageMetric.Requests; metric < UsageMetric.Storage; metric++)
            {
                var of = metric;
                parameters.AddTyped(Column(entry => entry.Amounts[of]));
            }
        }, cancellationToken);

        T[] Column<T>(Func<UsageEntry, T> read)
        {
            var column = new T[batch.Entries.Count];
            for (var i = 0; i < column.Length; i++)
                column[i] = read(batch.Entries[i]);
            return column;
        }
    }
}
