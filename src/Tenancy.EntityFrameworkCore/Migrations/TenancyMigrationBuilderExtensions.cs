using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Migrations.Operations;
using Microsoft.EntityFrameworkCore.Migrations.Operations.Builders;

namespace Tenancy;

/// <summary>Marks tables in EF Core's migrations.</summary>
public static class TenancyMigrationBuilderExtensions
{
    /// <summary>
    /// Marks tables as the tenants': each gets its <c>tenant_id</c>, tenant-first keys, foreign keys that cannot cross
    /// tenants, and what guards it. Call it last in <c>Up</c>, with all tables that the migration creates.
    /// </summary>
    /// <param name="migrations">The migration's builder.</param>
    /// <param name="tables">Names as the model has them. Tables that refer to each other go in one call.</param>
    public static OperationBuilder<SqlOperation> Isolate(this MigrationBuilder migrations, params ReadOnlySpan<string> tables) =>
        Call(migrations, "isolate", tables);

    /// <summary>Marks tables of reference data: every tenant reads them, and none writes them.</summary>
    /// <param name="migrations">The migration's builder.</param>
    /// <param name="tables">Names as the model has them.</param>
    public static OperationBuilder<SqlOperation> Share(this MigrationBuilder migrations, params ReadOnlySpan<string> tables) =>
        Call(migrations, "shared", tables);

    static OperationBuilder<SqlOperation> Call(MigrationBuilder migrations, string function, ReadOnlySpan<string> tables)
    {
        ArgumentNullException.ThrowIfNull(migrations);
        if (tables.IsEmpty)
            throw new ArgumentException("Name at least one table.", nameof(tables));
        var names = new string[tables.Length];
        for (var i = 0; i < names.Length; i++)
            names[i] = SqlIdentifier.Literal(SqlIdentifier.Quote(tables[i]));
        return migrations.Sql($"select tenancy.{function}({string.Join(", ", names)});");
    }
}
