using System.Data;
using System.Diagnostics;

namespace Tenancy.Postgres.Tests;

/// <summary>With a keepalive a silent network is noticed before anything is sent.</summary>
public sealed class KeepaliveTests(KeepaliveTests.Kept tenants) : IClassFixture<KeepaliveTests.Kept>
{
    public sealed class Kept : SilentTenants
    {
        protected override string More => "Keepalive=1;Internal Command Timeout=3";
    }

    [Fact]
    public async Task An_open_connection_is_seen_to_be_closed_and_the_next_one_is_new()
    {
        await using var connection = await tenants.OpenAsync(TenantIsolation.Row);
        var before = await connection.ScalarAsync("select pg_backend_pid()");
        Assert.NotEqual(0, tenants.Silence(TenantIsolation.Row));
        for (var clock = Stopwatch.StartNew(); connection.State == ConnectionState.Open;)
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60), "Nobody noticed.");
            await Task.Delay(20);
        }

        await connection.CloseAsync();
        await using var next = await tenants.OpenAsync(TenantIsolation.Row);
        Assert.NotEqual(before, await next.ScalarAsync("select pg_backend_pid()"));
        Assert.Equal((long)TenantOfEach.Notes, await next.ScalarAsync("select count(*) from notes"));
    }
}
