using System.Globalization;
using System.Reflection;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Migrations.Operations;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Tenancy;

/// <summary>The migrations of a context as SQL. No database is asked: which of them a place has is in <c>tenancy.migrations</c>.</summary>
internal sealed class ContextMigrations<TContext>(IServiceScopeFactory scopes) : IMigrationSource where TContext : DbContext
{
    /// <summary>Versions count seconds from here, so that a migration merged in later keeps its own.</summary>
    static readonly DateTime Epoch = new(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    public IReadOnlyList<Migration> Read()
    {
        using var scope = scopes.CreateScope();
        using var made = scope.ServiceProvider.GetService<IDbContextFactory<TContext>>()?.CreateDbContext();
        var context = made ?? scope.ServiceProvider.GetService<TContext>()
            ?? throw new InvalidOperationException(
                $"The context {typeof(TContext).Name} is not registered. Call AddTenantDbContext<{typeof(TContext).Name}>().");
        var assembly = context.GetService<IMigrationsAssembly>();
        return assembly.Migrations.Count > 0
            ? [.. assembly.Migrations.Select(entry => Convert(context, entry.Key, entry.Value))]
            : throw new InvalidOperationException(
                $"The context {typeof(TContext).Name} has no migrations. Run dotnet ef migrations add, or leave AddMigrationsFrom out.");
    }

    static Migration Convert(DbContext context, string id, TypeInfo type)
    {
        var migration = context.GetService<IMigrationsAssembly>().CreateMigration(type, context.GetService<IDatabaseProvider>().Name);
        RefuseSchemas(id, migration.UpOperations);
        var model = migration.TargetModel is { } target
            ? context.GetService<IModelRuntimeInitializer>().Initialize(target, designTime: true, validationLogger: null)
            : null;
        var sql = new StringBuilder();
        foreach (var command in context.GetService<IMigrationsSqlGenerator>().Generate(migration.UpOperations, model))
        {
            if (command.TransactionSuppressed)
            {
                throw new MigrationException(
                    $"The migration {id} has an operation that cannot run in a transaction, such as creating an index CONCURRENTLY. " +
                    "Each migration runs in one for each place, so that none is left half applied. Take that operation out; where it " +
                    "must not block, run it by hand in each place.");
            }

            sql.Append(command.CommandText).Append('\n');
        }

        return new Migration(VersionOf(id), id, sql.ToString());
    }

    static void RefuseSchemas(string id, IReadOnlyList<MigrationOperation> operations)
    {
        if (operations.Any(static operation => operation is EnsureSchemaOperation or CreateTableOperation { Schema: not null }))
        {
            throw new MigrationException(
                $"The migration {id} names a schema. Leave it out, HasDefaultSchema() among the rest: " +
                "a tenant's placement decides where its tables are.");
        }
    }

    static int VersionOf(string id) =>
        id.Length > 15 && id[14] == '_' && DateTime.TryParseExact(
            id.AsSpan(0, 14), "yyyyMMddHHmmss", CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) && time > Epoch
        && (time - Epoch).TotalSeconds <= int.MaxValue
            ? (int)(time - Epoch).TotalSeconds
            : throw new FormatException($"The migration {id} is misnamed. Name it as dotnet ef does: 20260131235959_Name.");
}
