using System.Data;
using Npgsql;

namespace Tenancy;

/// <summary>The driver's schema collections, kept to the tenant's own schema.</summary>
internal static class SchemaCollections
{
    /// <summary>Answered without the server, or from what the driver loaded with its types.</summary>
    static readonly string[] General = ["MetaDataCollections", "DataSourceInformation", "Restrictions", "DataTypes", "ReservedWords"];

    /// <summary>Their first two restrictions are the database and the schema.</summary>
    static readonly string[] OfSchema =
    [
        "Tables", "Columns", "Views", "MaterializedViews", "Indexes", "IndexColumns", "Constraints", "PrimaryKey", "UniqueKeys",
        "ForeignKeys", "ConstraintColumns",
    ];

    static readonly string[] OfAllTenants = ["Databases", "Schemata", "Users"];

    public static async Task<DataTable> ReadAsync(
        TenantConnection connection, string collection, string?[]? restrictions, bool async, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(collection);
        var inner = connection.CheckedInner();
        if (General.Contains(collection, StringComparer.OrdinalIgnoreCase))
            return WithoutOthers(await AskAsync(inner, collection, restrictions, async, cancellationToken).ConfigureAwait(false), connection);
        if (!OfSchema.Contains(collection, StringComparer.OrdinalIgnoreCase))
            throw Unknown(collection);

        var (own, work) = await OwnTransaction.BeginAsync(connection, commits: false, async, cancellationToken).ConfigureAwait(false);
        await using var left = work.ConfigureAwait(false);
        inner = work.Session.Connection;
        using var scope = new ScopedBatch(connection, work, null);
        try
        {
            if (async)
                await scope.Batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            else
                scope.Batch.ExecuteNonQuery();
            var table = await AskAsync(inner, collection, Own(connection, restrictions), async, cancellationToken).ConfigureAwait(false);
            if (own is not null)
                await own.EndAsync(async).ConfigureAwait(false);
            return table;
        }
        catch (Exception e)
        {
            ScopedExecution.Observe(connection, scope, e);
            await OwnTransaction.AbandonAsync(own, async).ConfigureAwait(false);
            scope.ThrowIfLimited(e);
            throw;
        }
    }

    /// <summary>Drops types in the schemas of other tenants: the driver loads those of the whole database.</summary>
    static DataTable WithoutOthers(DataTable table, TenantConnection connection)
    {
        if (!table.Columns.Contains("TypeName"))
            return table;
        var own = connection.Route.Tenant.Placement.Schema + ".";
        foreach (var row in table.Rows.Cast<DataRow>().ToArray())
        {
            if (row["TypeName"] is string type && TenantNames.IsInTenantsSchema(type) && !type.StartsWith(own, StringComparison.Ordinal))
                table.Rows.Remove(row);
        }

        return table;
    }

    static Exception Unknown(string collection)
    {
        var known = $"Ask for one of {string.Join(", ", [.. General, .. OfSchema])}.";
        return OfAllTenants.Contains(collection, StringComparer.OrdinalIgnoreCase)
            ? new NotSupportedException($"GetSchema lists no {collection} on a tenant's connection: the names are those of all tenants. {known}")
            : new ArgumentOutOfRangeException(nameof(collection), collection, known);
    }

    /// <summary>The restrictions, with the tenant's schema among them.</summary>
    static string?[] Own(TenantConnection connection, string?[]? restrictions)
    {
        var schema = connection.Route.Tenant.Placement.Schema;
        var own = new string?[Math.Max(restrictions?.Length ?? 0, 2)];
        restrictions?.CopyTo(own, 0);
        if (own[1] is { Length: > 0 } asked && asked != schema)
            throw new NotSupportedException("GetSchema describes the tenant's own schema. Leave the restriction of the schema out.");
        own[1] = schema;
        return own;
    }

    static async Task<DataTable> AskAsync(
        NpgsqlConnection inner, string collection, string?[]? restrictions, bool async, CancellationToken cancellationToken) => async
        ? await inner.GetSchemaAsync(collection, restrictions, cancellationToken).ConfigureAwait(false)
        : inner.GetSchema(collection, restrictions);
}
