using Npgsql;
using Tenancy.TestKit;

namespace Inbox.Tests.Hosting;

/// <summary>Where a tenant's documents are, for tests that look at them from the server's side.</summary>
static class TenantPlaces
{
    public static async Task<Guid> IdOfAsync(this InboxFixture inbox, string slug) =>
        (Guid)(await inbox.SendAsync(HttpMethod.Get, $"/admin/tenants/{slug}", inbox.Administrator)).Json["id"]!;

    /// <summary>The database of a tenant that has one of its own.</summary>
    public static async Task<string> DatabaseOfAsync(this InboxFixture inbox, string slug)
    {
        var id = await inbox.IdOfAsync(slug);
        return Assert.Single(await ReadAsync("postgres", $"select datname from pg_database where datname like '%{id:N}%'"));
    }

    /// <summary>The tenant's table, with its schema.</summary>
    public static async Task<string> TableOfAsync(this InboxFixture inbox, string slug)
    {
        var tenant = await inbox.SendAsync(HttpMethod.Get, $"/admin/tenants/{slug}", inbox.Administrator);
        var id = (Guid)tenant.Json["id"]!;
        return (string)tenant.Json["isolation"]! == "schema" ? $"t_{id:N}.documents" : "app.documents";
    }

    /// <summary>Runs statements as the administrator, and returns the first column of what they read.</summary>
    public static async Task<IReadOnlyList<string>> ReadAsync(string database, string sql)
    {
        await using var source = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(PrivateCluster.Administrator) { Database = database, Pooling = false });
        await using var command = source.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        var lines = new List<string>();
        do
        {
            while (await reader.ReadAsync())
                lines.Add(Convert.ToString(reader.GetValue(0), System.Globalization.CultureInfo.InvariantCulture) ?? "");
        }
        while (await reader.NextResultAsync());
        return lines;
    }
}
