using Npgsql;

namespace Tenancy;

internal sealed class TenantCleanup(TenantDataSource data, ITenantContext tenants, TimeProvider time) : ITenantCleanup
{
    /// <summary>Rows that one statement removes, so that none locks for long.</summary>
    const int RowsAtOnce = 5000;

    public async Task<CleanupPlan> PlanAsync(Tenant tenant, IReadOnlyList<RetentionPolicy> policies, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tenant);
        ArgumentNullException.ThrowIfNull(policies);
        foreach (var policy in policies)
        {
            if (policy.Mistake() is { } mistake)
                throw new ArgumentException($"The policy of '{policy.Table}' cannot be: {mistake}", nameof(policies));
        }

        var (now, items) = (time.GetUtcNow(), new List<CleanupItem>());
        using var scope = tenants.Enter(tenant);
        var connection = await data.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            foreach (var policy in policies)
            {
                // What the server cannot hold finer cannot be compared.
                var before = new DateTimeOffset((now - policy.Keep).UtcTicks / 10 * 10, TimeSpan.Zero);
                var command = Command(connection, $"select count(*) from {SqlIdentifier.Quote(policy.Table)} where {SqlIdentifier.Quote(policy.Column)} < $1", before);
                items.Add(new CleanupItem(policy, before, (long)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!));
            }
        }

        return new CleanupPlan(tenant, items);
    }

    public async Task<CleanupPlan> RunAsync(CleanupPlan plan, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var items = new List<CleanupItem>();
        using var scope = tenants.Enter(plan.Tenant);
        var connection = await data.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            foreach (var item in plan.Items)
                items.Add(item with { Rows = await RemoveAsync(connection, item, cancellationToken).ConfigureAwait(false) });
        }

        return plan with { Items = items };
    }

    static async Task<long> RemoveAsync(TenantConnection connection, CleanupItem item, CancellationToken cancellationToken)
    {
        var (table, column) = (SqlIdentifier.Quote(item.Policy.Table), SqlIdentifier.Quote(item.Policy.Column));
        // The age is asked again: the same place in another partition is another row.
        var statement = $"delete from {table} where ctid = any (array(select ctid from {table} where {column} < $1 limit {RowsAtOnce})) and {column} < $1";
        for (var removed = 0L; ;)
        {
            var rows = await Command(connection, statement, item.Before).ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            removed += rows;
            if (rows < RowsAtOnce)
                return removed;
        }
    }

    static TenantCommand Command(TenantConnection connection, string text, DateTimeOffset before)
    {
        var command = connection.CreateCommand();
        command.CommandText = text;
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = before });
        return command;
    }
}
