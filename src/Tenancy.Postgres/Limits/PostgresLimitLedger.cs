using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Tenancy;

/// <summary>The ledger in the catalog's database: one connection, and one call for all tenants.</summary>
internal sealed class PostgresLimitLedger : ILimitLedger, IAsyncDisposable, IDisposable
{
    /// <summary>What a process holds for it.</summary>
    public const int Connections = 1;

    static readonly TimeSpan TidyEvery = TimeSpan.FromHours(1);

    readonly Lazy<NpgsqlDataSource> _connections;
    readonly TimeProvider _time;
    long? _tidied;

    public PostgresLimitLedger(IOptions<PostgresOptions> options, TimeProvider time, ILoggerFactory loggers)
    {
        _time = time;
        _connections = new(() =>
        {
            var settings = new NpgsqlConnectionStringBuilder(options.Value.Catalog)
            {
                MaxPoolSize = Connections, MinPoolSize = 0, Enlist = false, AutoPrepareMinUsages = 2, MaxAutoPrepare = 8,
            };
            return new NpgsqlDataSourceBuilder(settings.ConnectionString) { Name = "limits" }.UseLoggerFactory(loggers).Build();
        });
    }

    public async Task<LeaseAnswer> LeaseAsync(LeaseCall call, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(call);
        var connection = await _connections.Value.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            var grants = new LeaseGrant[call.Requests.Count];
            var rates = LeaseRows.Of(call, static request => request.Policy.Period == LimitPeriod.Rate);
            var quotas = LeaseRows.Of(call, static request => request.Policy.Period != LimitPeriod.Rate);
            var nodes = await rates.LeaseAsync(connection, grants, cancellationToken).ConfigureAwait(false);
            // In a transaction of their own: a quota is written to disk, and nobody's rate should be locked meanwhile.
            if (quotas.Count > 0)
                await quotas.TakeAsync(connection, nodes, grants, cancellationToken).ConfigureAwait(false);
            await TidyAsync(connection, cancellationToken).ConfigureAwait(false);
            return new LeaseAnswer(nodes, grants);
        }
    }

    public async Task LeaveAsync(Guid node, CancellationToken cancellationToken = default)
    {
        using var command = _connections.Value.CreateCommand("select tenancy_limits.leave($1)");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = node });
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    public void Dispose()
    {
        if (_connections.IsValueCreated)
            _connections.Value.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        if (_connections.IsValueCreated)
            await _connections.Value.DisposeAsync().ConfigureAwait(false);
    }

    async Task TidyAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (_tidied is { } at && _time.GetElapsedTime(at) < TidyEvery)
            return;
        _tidied = _time.GetTimestamp();
        using var command = new NpgsqlCommand("select tenancy_limits.tidy()", connection);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
