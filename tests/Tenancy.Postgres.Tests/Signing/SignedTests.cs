using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Tenancy.Postgres.Tests;

/// <summary>What level Signed does beside keeping tenants apart, which the conformance suite looks at.</summary>
public sealed class SignedTests(SignedTests.Tenants each) : IClassFixture<SignedTests.Tenants>
{
    public sealed class Tenants : TenantOfEach
    {
        protected override DeploymentOptions Options => new()
        {
            Budget = 1,
            Level = ProtectionLevel.Signed,
            AppLogin = "app_" + Guid.NewGuid().ToString("n")[..10],
            Settings = new() { ["Tenancy:Tiers:limited:Queries:Timeout"] = "00:00:00.3" },
        };
    }

    public static TheoryData<TenantIsolation> Isolations => TenantOfEach.Isolations;

    [Fact]
    public async Task A_token_is_kept_while_its_tenant_stays_and_never_given_to_another()
    {
        var tokens = new List<ScopeToken?>();
        foreach (var isolation in new[] { TenantIsolation.Row, TenantIsolation.Row, TenantIsolation.Schema, TenantIsolation.Row })
        {
            await using var connection = await each.OpenAsync(isolation);
            Assert.Equal(5L, await connection.ScalarAsync("select count(*) from notes"));
            Assert.Equal(each[isolation].Id, connection.Session.Token?.Tenant);
            tokens.Add(connection.Session.Token);
        }

        Assert.Same(tokens[0], tokens[1]);
        Assert.Equal(3, tokens.Distinct().Count());
    }

    [Fact]
    public void A_token_is_made_anew_long_before_the_server_refuses_it()
    {
        using var metrics = new RouterMetrics();
        using var budget = new ServerBudget("s", 2, TimeProvider.System, metrics);
        using var connection = new NpgsqlConnection();
        var session = new Session(new SessionPool(budget, "d", 1, isShared: true), connection);
        var time = new SettableTime(new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero));
        var signer = new ScopeSigner(static () => new byte[32], 1, time) { IsBound = false };
        ScopeToken? Next(int seconds)
        {
            time.Now = time.Now.AddSeconds(seconds);
            signer.AddTo(new NpgsqlCommand().Parameters, each[TenantIsolation.Row].Id, session);
            return session.Token;
        }

        var first = Next(0);
        Assert.Same(first, Next(10));
        Assert.NotSame(first, Next(1));
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task A_tiers_limits_ride_in_the_signed_scope(TenantIsolation isolation)
    {
        var tenant = await LimitedTenants.CreateAsync(each.Deployment, "limited", isolation);
        await using var connection = await LimitedTenants.OpenAsync(each.Deployment, tenant);
        Assert.Equal("300ms 0 4MB -1", await LimitedTenants.InForceAsync(connection));
        await Assert.ThrowsAsync<TenantQueryTimeoutException>(() => connection.ScalarAsync("select pg_sleep(5)"));
        Assert.Equal(tenant.Id.Value, await connection.ScalarAsync("select tenancy.current_tenant()"));
    }

    [Fact]
    public async Task A_session_that_holds_a_temporary_table_is_left_for_another()
    {
        await PrivateCluster.ExecuteAsync(each.Deployment.SharedDatabase, $"grant temporary on database {each.Deployment.SharedDatabase} to {each.Deployment.Options.AppLogin}");
        await using var connection = await each.OpenAsync(TenantIsolation.Row);
        var before = await connection.ScalarAsync("select pg_backend_pid()");
        await using (var leave = new NpgsqlCommand("create temporary table notes (mark text)", connection.Inner))
            await leave.ExecuteNonQueryAsync();
        Assert.NotEqual(before, await connection.ScalarAsync("select pg_backend_pid()"));
        await PrivateCluster.ExecuteAsync(each.Deployment.SharedDatabase, $"revoke temporary on database {each.Deployment.SharedDatabase} from {each.Deployment.Options.AppLogin}");
    }

    [Theory]
    [InlineData("delete from tenancy.signing_keys", "signing-key")]
    [InlineData("update tenancy.signing_keys set inner_pad = outer_pad", "signing-key")]
    [InlineData("grant select on tenancy.signing_keys to {app}", "token")]
    [InlineData("create or replace function tenancy.level() returns text language sql immutable return 'latched'", "tenancy-level")]
    public async Task A_database_that_does_not_hold_it_is_refused(string fault, string code)
    {
        await using var deployment = await Deployment.StartAsync(new DeploymentOptions { Level = ProtectionLevel.Signed, AppLogin = "app_" + Guid.NewGuid().ToString("n")[..10] });
        await PrivateCluster.ExecuteAsync(deployment.SharedDatabase, fault.Replace("{app}", deployment.Options.AppLogin, StringComparison.Ordinal));
        var refusal = await Assert.ThrowsAsync<IsolationProofException>(async () => await (await Deployment.StartAsync(deployment.Options.Again())).DisposeAsync());
        Assert.Contains(refusal.Findings, finding => finding.Code == code && finding.IsFatal);
    }

    [Fact]
    public async Task No_log_and_no_refusal_shows_a_key()
    {
        var server = each.Deployment.Services.GetRequiredService<IsolationStrategies>().Servers.Get(Deployment.Server);
        var (inner, _) = SigningKeyStore.Pads(server.KeyOf(1, each.Deployment.SharedDatabase));
        await using var connection = await each.OpenAsync(TenantIsolation.Row);
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => connection.ScalarAsync("select inner_pad from tenancy.signing_keys"));
        Assert.Equal("42501", refusal.SqlState);
        foreach (var text in each.Deployment.Options.Logs.Messages.Append(refusal.ToString()))
        {
            Assert.DoesNotContain(Convert.ToHexString(inner), text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(Convert.ToBase64String(server.KeyOf(1, each.Deployment.SharedDatabase)), text, StringComparison.Ordinal);
        }
    }

    sealed class SettableTime(DateTimeOffset now) : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = now;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
