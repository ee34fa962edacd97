using Npgsql;

namespace Tenancy;

/// <summary>Shared tables under forced row security.</summary>
internal sealed class RowIsolation(ServerCatalog servers) : IsolationStrategy
{
    public override TenantIsolation Isolation => TenantIsolation.Row;

    public override TenantPlacement Place(TenantId id, string server, SchemaGuard? guard) =>
        new(Isolation, server, servers.Get(server).SharedDatabase, servers.ApplicationSchema);

    public override PoolSettings PoolFor(TenantId id, TenantPlacement placement) =>
        servers.Get(placement.Server).SharedPool;

    /// <summary>The shared tables are there from the start.</summary>
    public override Task CreatePlaceAsync(Tenant tenant, CancellationToken cancellationToken) => Task.CompletedTask;

    public override async Task DropPlaceAsync(Tenant tenant, CancellationToken cancellationToken)
    {
        var connection = await servers.Get(tenant.Placement.Server).OpenMigratorAsync(tenant.Placement.Database, cancellationToken)
            .ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            using var command = new NpgsqlCommand("select tenancy.erase($1, $2)", connection) { CommandTimeout = 0 };
            command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = tenant.Id.Value });
            command.Parameters.Add(new NpgsqlParameter { Value = tenant.Placement.Schema, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Name });
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
