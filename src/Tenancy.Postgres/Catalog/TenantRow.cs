using Npgsql;
using NpgsqlTypes;

namespace Tenancy;

/// <summary>A tenant as a row of the catalog.</summary>
internal static class TenantRow
{
    public const string Columns =
        "id, slug, name, tier, status, isolation, server, database, schema, settings::text, migration_version, created, version, revision, guard";

    public const int RevisionOrdinal = 13;

    public static Tenant Read(NpgsqlDataReader row) => new()
    {
        Id = new TenantId(row.GetGuid(0)),
        Slug = TenantSlug.Parse(row.GetString(1)),
        Name = row.GetString(2),
        Tier = string.Intern(row.GetString(3)),
        Status = Enum.Parse<TenantStatus>(row.GetString(4), ignoreCase: true),
        Placement = new TenantPlacement(
            ReadIsolation(row.GetString(5)), string.Intern(row.GetString(6)), string.Intern(row.GetString(7)), string.Intern(row.GetString(8)))
        {
            Guard = Enum.Parse<SchemaGuard>(row.GetString(14), ignoreCase: true),
        },
        Settings = TenantSettings.Parse(row.GetString(9)),
        MigrationVersion = row.GetInt32(10),
        Created = row.GetFieldValue<DateTimeOffset>(11),
        Version = row.GetInt64(12),
    };

    public static TenantIsolation ReadIsolation(string text) => Enum.Parse<TenantIsolation>(text, ignoreCase: true);

    public static string Write<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();

    /// <summary>Parameters $1 to $13: all that can be written, in the order of the insert.</summary>
    public static void AddTo(NpgsqlParameterCollection parameters, Tenant tenant)
    {
        parameters.Add(new NpgsqlParameter<Guid> { TypedValue = tenant.Id.Value });
        foreach (var text in (ReadOnlySpan<string>)
                 [
                     tenant.Slug.Value, tenant.Name, tenant.Tier, Write(tenant.Status), Write(tenant.Placement.Isolation),
                     tenant.Placement.Server, tenant.Placement.Database, tenant.Placement.Schema,
                 ])
        {
            parameters.Add(new NpgsqlParameter<string> { TypedValue = text });
        }

        parameters.Add(new NpgsqlParameter { Value = tenant.Settings.Json, NpgsqlDbType = NpgsqlDbType.Jsonb });
        parameters.Add(new NpgsqlParameter<int> { TypedValue = tenant.MigrationVersion });
        parameters.Add(new NpgsqlParameter { Value = tenant.Created.ToUniversalTime(), NpgsqlDbType = NpgsqlDbType.TimestampTz });
        parameters.Add(new NpgsqlParameter<string> { TypedValue = Write(tenant.Placement.Guard) });
    }
}
