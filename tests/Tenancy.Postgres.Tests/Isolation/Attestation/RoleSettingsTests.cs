using Npgsql;

namespace Tenancy.Postgres.Tests;

/// <summary>A login may change its own settings for every new session, which no revocation prevents: it is noticed.</summary>
public abstract class RoleSettingsTests(LeftoverFixture fixture)
{
    [Fact]
    public async Task A_harmless_change_is_proven_again_and_reported()
    {
        await ChangeAsync("set lock_timeout = '1min'");
        try
        {
            Assert.Equal(fixture.B.Slug.Value, (await fixture.NextAsync()).Mark);
            Assert.Contains(fixture.Deployment.Options.Logs.Messages, message => message.Contains(" 2008 ", StringComparison.Ordinal)
                && message.Contains(fixture.Deployment.Options.AppLogin, StringComparison.Ordinal));
            var (process, _) = await fixture.NextAsync();
            Assert.Equal(process, (await fixture.NextAsync()).Process);
        }
        finally
        {
            await ChangeAsync("reset lock_timeout");
        }
    }

    [Fact]
    public async Task A_change_that_breaks_the_isolation_is_refused_until_it_is_mended()
    {
        await ChangeAsync("set row_security = off");
        var refused = await Assert.ThrowsAsync<IsolationProofException>(() => fixture.NextAsync());
        Assert.Contains(refused.Findings, finding => finding.Code == "role-setting");
        await Assert.ThrowsAsync<IsolationProofException>(() => fixture.NextAsync());

        await ChangeAsync("reset row_security");
        Assert.Equal(fixture.B.Slug.Value, (await fixture.NextAsync()).Mark);
    }

    /// <summary>As the login itself may, in a session of its own; and without the sessions that were there before.</summary>
    async Task ChangeAsync(string what)
    {
        var login = fixture.Deployment.Options.AppLogin;
        await using (var own = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(Deployment.ConnectionString(fixture.Deployment.SharedDatabase, login)) { Pooling = false }.ConnectionString))
        {
            await own.OpenAsync();
            await using var command = new NpgsqlCommand($"alter role {login} {what}", own);
            await command.ExecuteNonQueryAsync();
        }

        await fixture.AdministerAsync($"select pg_terminate_backend(pid, 5000) from pg_stat_activity where usename = '{login}'");
    }
}

public sealed class DirectRoleSettingsTests(DirectRoleSettings fixture) : RoleSettingsTests(fixture), IClassFixture<DirectRoleSettings>;

public sealed class PooledRoleSettingsTests(PooledRoleSettings fixture) : RoleSettingsTests(fixture), IClassFixture<PooledRoleSettings>;
