using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.DependencyInjection;
using Npgsql.EntityFrameworkCore.PostgreSQL.Migrations.Internal;

namespace Tenancy;

/// <summary>Writes scripts as the provider does, and migrates nothing: a context reaches one tenant, with a login that owns nothing.</summary>
internal sealed class TenantMigrator(IServiceProvider services) : IMigrator
{
    public void Migrate(string? targetMigration = null) => throw Refused();

    public Task MigrateAsync(string? targetMigration = null, CancellationToken cancellationToken = default) =>
        Task.FromException(Refused());

    public string GenerateScript(
        string? fromMigration = null, string? toMigration = null,
        MigrationsSqlGenerationOptions options = MigrationsSqlGenerationOptions.Default) =>
        Provider.GenerateScript(fromMigration, toMigration, options);

    public bool HasPendingModelChanges() => Provider.HasPendingModelChanges();

    NpgsqlMigrator Provider => ActivatorUtilities.CreateInstance<NpgsqlMigrator>(services);

    static NotSupportedException Refused() => new(
        "Database.Migrate() would migrate one tenant, with a login that owns nothing. Call AddMigrationsFrom<TContext>() after " +
        "UsePostgres(): the host then applies the context's migrations to every tenant when it starts, and to new ones when they are created.");
}
