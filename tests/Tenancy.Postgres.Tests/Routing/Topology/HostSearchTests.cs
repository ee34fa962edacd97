using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Tenancy.Postgres.Tests;

/// <summary>Which failures to open a connection are waited for.</summary>
[Collection(ReplicatedTenants.Name)]
public sealed class HostSearchTests(ReplicatedTenants replicated)
{
    [Fact]
    public async Task A_standby_that_may_be_promoted_is_waited_for_and_hosts_that_are_all_down_are_not()
    {
        var standby = $"127.0.0.1:{replicated.Cluster.StandbyPort}";
        Assert.True(await IsPassingAsync($"{Closed()},{standby}"));
        Assert.True(await IsPassingAsync($"{standby},{standby}"));
        Assert.False(await IsPassingAsync($"{Closed()},{Closed()}"));
        Assert.False(await IsPassingAsync(Closed()));
    }

    [Fact]
    public void Each_host_has_its_part_of_the_time()
    {
        var several = new NpgsqlConnectionStringBuilder(Hosts.ToPrimary("Host=a,b:5433,c;Timeout=15"));
        Assert.Equal(("primary", 5), (several.TargetSessionAttributes, several.Timeout));
        var one = new NpgsqlConnectionStringBuilder(Hosts.ToPrimary("Host=a;Timeout=15"));
        Assert.Equal((null, 15), (one.TargetSessionAttributes, one.Timeout));
        Assert.Equal(["a", "b:5433", "c"], Hosts.Of(new NpgsqlConnectionStringBuilder("Host= a, b:5433 ,c")));
    }

    async Task<bool> IsPassingAsync(string hosts)
    {
        var connectionString = new NpgsqlConnectionStringBuilder(replicated.Cluster.Primary) { Host = hosts, Pooling = false };
        Hosts.ToPrimary(connectionString);
        await using var source = NpgsqlDataSource.Create(connectionString);
        var search = new HostSearch(source, new PoolSettings(new PoolKey("test", "postgres", "postgres"), connectionString.ConnectionString, 1, null));
        bool? passing = null;
        for (var tries = 0; tries < 3; tries++)
        {
            var error = await Assert.ThrowsAnyAsync<NpgsqlException>(async () => await source.OpenConnectionAsync());
            // What the driver remembers of a host must not change the answer, once it was told to ask again.
            Assert.Equal(passing ??= search.IsPassing(error), search.IsPassing(error));
            Assert.InRange(search.PauseAfter(error, tries), TimeSpan.FromMilliseconds(25), TimeSpan.FromMilliseconds(400));
        }

        return passing!.Value;
    }

    static string Closed()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return $"127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
    }
}
