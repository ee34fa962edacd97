using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Migrations.Internal;

namespace Tenancy;

/// <summary>Writes the parts of scripts as the provider does, and does not ask a tenant's tables for a history they do not have.</summary>
internal sealed class TenantHistoryRepository(HistoryRepositoryDependencies dependencies) : NpgsqlHistoryRepository(dependencies)
{
    public override IReadOnlyList<HistoryRow> GetAppliedMigrations() => throw Refused();

    public override Task<IReadOnlyList<HistoryRow>> GetAppliedMigrationsAsync(CancellationToken cancellationToken = default) =>
        Task.FromException<IReadOnlyList<HistoryRow>>(Refused());

    static NotSupportedException Refused() => new(
        "A tenant's tables have no __EFMigrationsHistory. Which migrations it has is in tenancy.migrations of its database, and " +
        "the newest in Tenant.MigrationVersion. For dotnet ef, use --no-connect, or --force.");
}
