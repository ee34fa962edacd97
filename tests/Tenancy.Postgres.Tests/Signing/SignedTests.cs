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
    public async Task A_token_is_kept_with_its_session_and_never_given_to_another_tenant()
    {
        var tokens = new List<ScopeToken>();
        foreach (var isolation in new[] { TenantIsolation.Row, TenantIsolation.Row, TenantIsolation.Schema, TenantIsolation.Row })
        {
            await using var connection = await each.OpenAsync(isolation);
            Assert.Equal(each[isolation].Id.Value, await connection.ScalarAsync("select tenancy.current_tenant()"));
            Assert.True(connection.Session.Tokens!.TryFind(each[isolation].Id, out var token));
            Assert.Equal((each[isolation].Id, each[isolation].Id.ToString()), (token.Tenant, token.Text.Split('.')[1]));
            tokens.Add(token);
        }

        Assert.Same(tokens[0], tokens[1]);
        Assert.Same(tokens[0], tokens[3]);
        Assert.Equal(2, tokens.Distinct().Count());
    }

    [Fact]
    public void A_token_is_made_anew_long_before_the_server_refuses_it_and_when_the_clock_was_set_back()
    {
        var time = new SettableTime(new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero));
        var signer = new ScopeSigner(static () => new byte[32], 1, time) { IsBound = false };
        using var connected = new Connected();
        string Next(int seconds)
        {
            time.Now = time.Now.AddSeconds(seconds);
            return connected.Sent(signer, each[TenantIsolation.Row].Id);
        }

        var first = Next(0);
        Assert.Equal(first, Next(10));
        var second = Next(1);
        Assert.NotEqual(first, second);
        Assert.Equal(second, Next(0));
        Assert.NotEqual(second, Next(-1));
    }

    [Fact]
    public void The_tenants_used_last_keep_their_tokens_and_no_session_keeps_more_than_so_many()
    {
        var signer = new ScopeSigner(static () => new byte[32], 1, TimeProvider.System) { IsBound = false };
        using var connected = new Connected();
        var often = TenantId.Create(TimeProvider.System);
        var first = connected.Sent(signer, often);
        for (var i = 0; i < 10 * ScopeTokens.MostOfGeneration; i++)
        {
            var other = TenantId.Create(TimeProvider.System);
            Assert.Equal(other.ToString(), connected.Sent(signer, other).Split('.')[1]);
            if (i % 1000 == 0)
                Assert.Equal(first, connected.Sent(signer, often));
            Assert.InRange(connected.Session.Tokens!.Count, 1, 2 * ScopeTokens.MostOfGeneration);
        }
    }

    /// <summary>A session that leads nowhere.</summary>
    sealed class Connected : IDisposable
    {
        readonly RouterMetrics _metrics = new();
        readonly NpgsqlConnection _connection = new();
        readonly ServerBudget _budget;

        public Connected()
        {
            _budget = new ServerBudget("s", 2, TimeProvider.System, _metrics);
            Session = new Session(new SessionPool(_budget, "d", 1, isShared: true), _connection);
        }

        public Session Session { get; }

        /// <summary>What a tenant enters with.</summary>
        public string Sent(ScopeSigner signer, TenantId tenant)
        {
            using var command = new NpgsqlCommand();
            signer.AddTo(command.Parameters, tenant, Session);
            return (string)Assert.Single(command.Parameters).Value!;
        }

        public void Dispose()
        {
            _connection.Dispose();
            _budget.Dispose();
            _metrics.Dispose();
        }
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
