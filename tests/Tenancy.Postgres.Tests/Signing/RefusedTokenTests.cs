using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Tenancy.Postgres.Tests;

/// <summary>Why a token is refused is said as it is, also by a session that has served a tenant before.</summary>
public sealed class RefusedTokenTests(RefusedTokenTests.Tenants each) : IClassFixture<RefusedTokenTests.Tenants>
{
    public sealed class Tenants : TenantOfEach
    {
        protected override DeploymentOptions Options => new() { Level = ProtectionLevel.Signed, AppLogin = "app_" + Guid.NewGuid().ToString("n")[..10] };
    }

    [Fact]
    public async Task From_the_future()
    {
        await using var session = await ServedAsync();
        var refused = await Assert.ThrowsAsync<PostgresException>(() => EnterAsync(session, TimeSpan.FromMinutes(5)));
        Assert.Equal(("42501", "tenancy: the token of the scope is too old, or from the future"), (refused.SqlState, refused.MessageText));
    }

    [Fact]
    public async Task Into_a_session_that_is_not_clean()
    {
        await using var session = await ServedAsync();
        var (database, login) = (each.Deployment.SharedDatabase, each.Deployment.Options.AppLogin);
        await PrivateCluster.ExecuteAsync(database, $"grant temporary on database {database} to {login}");
        await ExecuteAsync(session, "create temporary table notes (mark text)");
        await PrivateCluster.ExecuteAsync(database, $"revoke temporary on database {database} from {login}");
        var refused = await Assert.ThrowsAsync<PostgresException>(() => EnterAsync(session, TimeSpan.Zero));
        Assert.Equal("55006", refused.SqlState);
    }

    [Fact]
    public async Task Where_another_tenant_is_in_scope()
    {
        await using var session = await ServedAsync();
        await using var transaction = await session.BeginTransactionAsync();
        await EnterAsync(session, TimeSpan.Zero);
        var refused = await Assert.ThrowsAsync<PostgresException>(() => EnterAsync(session, TimeSpan.Zero, TenantIsolation.Schema));
        Assert.Equal(("42501", "tenancy: another tenant is already in scope"), (refused.SqlState, refused.MessageText));
    }

    /// <summary>A session on which a transaction of a tenant's has ended: the setting is left empty, where it was absent at first.</summary>
    async Task<NpgsqlConnection> ServedAsync()
    {
        var session = new NpgsqlConnection(Deployment.ConnectionString(each.Deployment.SharedDatabase, each.Deployment.Options.AppLogin) + ";Pooling=false");
        await session.OpenAsync();
        await EnterAsync(session, TimeSpan.Zero);
        return session;
    }

    async Task EnterAsync(NpgsqlConnection session, TimeSpan ahead, TenantIsolation isolation = TenantIsolation.Row)
    {
        var tenant = each[isolation];
        var signer = each.Deployment.Services.GetRequiredService<IsolationStrategies>()[isolation].PoolFor(tenant.Id, tenant.Placement).Signer!;
        await ExecuteAsync(session, "select tenancy.enter_signed($1, false)", signer.Sign(tenant.Id, signer.Now + ahead, session.ProcessID).Text);
    }

    static async Task ExecuteAsync(NpgsqlConnection session, string statement, params string[] values)
    {
        await using var command = new NpgsqlCommand(statement, session);
        foreach (var value in values)
            command.Parameters.Add(new() { Value = value });
        await command.ExecuteNonQueryAsync();
    }
}
