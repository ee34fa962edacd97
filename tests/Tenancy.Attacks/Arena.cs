using System.Security.Cryptography;

namespace Tenancy.Attacks;

/// <summary>Two tenants with rows of the same ids. What B's rows hold stands in no attack, so that seeing it is a leak.</summary>
public sealed class Arena : IAsyncDisposable
{
    public const int Rows = 4;

    Arena(Surroundings surroundings, Deployment deployment, Tenant a, Tenant b)
    {
        Surroundings = surroundings;
        Deployment = deployment;
        A = a;
        B = b;
        Prey = Prey.Of(b, deployment.Options.Level);
    }

    public Surroundings Surroundings { get; }

    public Deployment Deployment { get; }

    public TenantDataSource Data => Deployment.Data;

    public Tenant A { get; }

    public Tenant B { get; }

    public Prey Prey { get; }

    /// <summary>What every row of A holds.</summary>
    public string Own { get; } = "own-" + RandomNumberGenerator.GetHexString(24, lowercase: true);

    /// <summary>What every row of B holds, and nothing else anywhere.</summary>
    public string Sentinel { get; } = "sentinel-" + RandomNumberGenerator.GetHexString(24, lowercase: true);

    public static async Task<Arena> StartAsync(Surroundings surroundings)
    {
        var deployment = await Deployment.StartAsync(await surroundings.OptionsAsync());
        var arena = new Arena(
            surroundings, deployment, await deployment.CreateAsync(surroundings.Isolation), await deployment.CreateAsync(surroundings.Isolation));
        foreach (var (tenant, mark) in new[] { (arena.A, arena.Own), (arena.B, arena.Sentinel) })
        {
            using var scope = deployment.Tenants.Enter(tenant);
            await using var command = arena.Data.CreateCommand($"insert into notes (id, mark) select n, '{mark}' from generate_series(1, {Rows}) as n");
            await command.ExecuteNonQueryAsync();
        }

        return arena;
    }

    /// <summary>Opens a connection as tenant A, the attacker's.</summary>
    public ValueTask<TenantConnection> OpenAsync() => Data.OpenConnectionAsync();

    /// <summary>Fails unless a tenant, on the connection the attack had, sees its own rows and nothing else.</summary>
    public async Task CheckNextTenantAsync(Tenant tenant, string after)
    {
        var mark = tenant.Id == A.Id ? Own : Sentinel;
        using var scope = Deployment.Tenants.Enter(tenant);
        await using var command = Data.CreateCommand("select tenant_id::text, mark from notes order by id");
        await using var reader = await command.ExecuteReaderAsync();
        var seen = 0;
        while (await reader.ReadAsync())
        {
            Assert.True(reader.GetString(0) == tenant.Id.ToString() && reader.GetString(1) == mark, $"After {after} a tenant sees a foreign row.");
            seen++;
        }

        Assert.True(seen == Rows, $"After {after} a tenant sees {seen} of its {Rows} rows.");
    }

    /// <summary>Fails where anything of B's was changed, or put there.</summary>
    public async Task CheckPreyAsync(string after)
    {
        await using var administrator = await PrivateCluster.OpenAsync(B.Placement.Database);
        await using var command = new NpgsqlCommand(
            $"select string_agg(id || ':' || mark, ' ' order by id) from {Prey.Table} where tenant_id = '{B.Id}'", administrator);
        Assert.True(
            (string)(await command.ExecuteScalarAsync())! == string.Join(' ', Enumerable.Range(1, Rows).Select(id => $"{id}:{Sentinel}")),
            $"After {after} B's rows are not what they were.");
    }

    public ValueTask DisposeAsync() => Deployment.DisposeAsync();
}
