using System.Globalization;
using Npgsql;

namespace Tenancy.TestKit;

/// <summary>
/// Counts on the server how many statements of a tenant run at once, by two sequences, which no rollback undoes. Never more
/// than do: a statement counts itself before it looks how many have ended.
/// </summary>
public static class SlotProbe
{
    /// <summary>Tiers with four slots, with one, and with none.</summary>
    public static Dictionary<string, string?> Tiers() => new()
    {
        ["Tenancy:Tiers:four:Queries:MaxConcurrentOverall"] = "4",
        ["Tenancy:Tiers:one:Queries:MaxConcurrentOverall"] = "1",
        ["Tenancy:Tiers:two:Queries:MaxConcurrentOverall"] = "2",
    };

    /// <summary>Makes the counters for a tenant, where it is.</summary>
    public static Task InstallAsync(Tenant tenant) => PrivateCluster.ExecuteAsync(tenant.Placement.Database,
        $"""
        create schema if not exists probe;
        create sequence probe.began_{Key(tenant)} minvalue 0;
        create sequence probe.ended_{Key(tenant)} minvalue 0;
        select setval('probe.began_{Key(tenant)}', 0), setval('probe.ended_{Key(tenant)}', 0);
        create or replace function probe.run_{Key(tenant)}(seconds float8) returns integer language plpgsql volatile security definer as $probe$
        declare
            running bigint := nextval('probe.began_{Key(tenant)}');
        begin
            select running - last_value into running from probe.ended_{Key(tenant)};
            perform pg_sleep(seconds);
            perform nextval('probe.ended_{Key(tenant)}');
            return running;
        end
        $probe$;
        grant usage on schema probe to public;
        """);

    /// <summary>Runs for a while, and says how many did when it began.</summary>
    public static async Task<int> RunAsync(TenantConnection connection, Tenant tenant, double seconds)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = $"select probe.run_{Key(tenant)}($1)";
        command.Parameters.Add(new NpgsqlParameter<double> { TypedValue = seconds });
        return Convert.ToInt32(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
    }

    static string Key(Tenant tenant) => tenant.Id.Value.ToString("n");
}
