using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace Tenancy;

/// <summary>Tells whether the tenant's database answers. Creating and deleting are the tenant's lifecycle's, not a context's.</summary>
internal sealed class TenantDatabaseCreator(RelationalDatabaseCreatorDependencies dependencies) : RelationalDatabaseCreator(dependencies)
{
    public override bool Exists()
    {
        try
        {
            Dependencies.Connection.Open(errorsExpected: true);
            Dependencies.Connection.Close();
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    public override async Task<bool> ExistsAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            await Dependencies.Connection.OpenAsync(cancellationToken, errorsExpected: true).ConfigureAwait(false);
            await Dependencies.Connection.CloseAsync().ConfigureAwait(false);
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    public override bool HasTables() => throw Refused();

    public override void Create() => throw Refused();

    public override void CreateTables() => throw Refused();

    public override Task CreateTablesAsync(CancellationToken cancellationToken = default) => Task.FromException(Refused());

    public override void Delete() => throw Refused();

    public override bool EnsureCreated() => throw Refused();

    public override Task<bool> EnsureCreatedAsync(CancellationToken cancellationToken = default) => Task.FromException<bool>(Refused());

    public override bool EnsureDeleted() => throw Refused();

    public override Task<bool> EnsureDeletedAsync(CancellationToken cancellationToken = default) => Task.FromException<bool>(Refused());

    static NotSupportedException Refused() => new(
        "A context does not create or delete a tenant's database: its login changes rows, not objects, and tables it made " +
        "would not be isolated. Create tenants with ITenantLifecycle, and their tables with migrations.");
}
