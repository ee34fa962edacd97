using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.EntityFrameworkCore;
using Tenancy.EntityFrameworkCore.Tests.Shop;

namespace Tenancy.EntityFrameworkCore.Tests;

/// <summary>Rows as text, so that two shops can be compared one by one.</summary>
static class Dump
{
    static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        ReferenceHandler = ReferenceHandler.IgnoreCycles,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { WithoutVersions } },
    };

    public static string Of(object? result) => JsonSerializer.Serialize(result, Json);

    /// <summary>Every row of every table, without the tenant.</summary>
    public static async Task<IReadOnlyList<string>> RowsAsync(ShopContext shop)
    {
        var rows = new List<string>();
        foreach (var table in ShopContext.IsolatedTables.Append("Countries"))
        {
            var sql = $"""select '{table} ' || (to_jsonb(t) - 'tenant_id')::text as "Value" from "{table}" t order by 1""";
            rows.AddRange(await shop.Database.SqlQueryRaw<string>(sql).ToListAsync());
        }

        return rows;
    }

    /// <summary>A version is the number of a transaction, which no two databases have in common.</summary>
    static void WithoutVersions(JsonTypeInfo type)
    {
        for (var i = type.Properties.Count - 1; i >= 0; i--)
        {
            if (type.Properties[i].Name == nameof(Product.Version))
                type.Properties.RemoveAt(i);
        }
    }
}
