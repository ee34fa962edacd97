using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Tenancy.Postgres.Tests;

/// <summary>Signing keys change without a pause, and the old one ends when it is retired.</summary>
public sealed class KeyRotationTests
{
    [Fact]
    public async Task Keys_change_under_load_without_an_error()
    {
        await using var first = await Deployment.StartAsync(new DeploymentOptions { Budget = 4, Level = ProtectionLevel.Signed });
        var tenants = new List<Tenant>();
        foreach (var isolation in Enum.GetValues<TenantIsolation>())
        {
            tenants.Add(await first.CreateAsync(isolation));
            await using var connection = await LimitedTenants.OpenAsync(first, tenants[^1]);
            await connection.Command("insert into notes (id, mark) values (1, $1)", tenants[^1].Slug.Value).ExecuteNonQueryAsync();
        }

        var (byOld, byNew) = (0, 0);
        using var oldEnds = new CancellationTokenSource();
        using var newEnds = new CancellationTokenSource();
        var old = LoadAsync(first, tenants, () => byOld++, oldEnds.Token);

        // The next key goes in while the first serves; then another process starts with it.
        var options = first.Options.Again(signingKeyId: 2);
        var install = new DeploymentOptions
        {
            Suffix = options.Suffix, AppLogin = options.AppLogin, Level = options.Level, SigningKeyId = 2, Budget = 4, DropDatabases = false,
        };
        await using var second = await Deployment.StartAsync(install);
        await second.Services.GetRequiredService<IPostgresInstaller>().InstallTenantDatabasesAsync(Deployment.Server);
        var next = LoadAsync(second, tenants, () => byNew++, newEnds.Token);
        await Task.Delay(TimeSpan.FromSeconds(1));

        // The first process ends, and the first key after it.
        await oldEnds.CancelAsync();
        await old;
        await second.Services.GetRequiredService<IPostgresInstaller>().RetireSigningKeyAsync(Deployment.Server, 1);
        await Task.Delay(TimeSpan.FromMilliseconds(300));
        await newEnds.CancelAsync();
        await next;
        Assert.True(byOld > 50 && byNew > 50, $"{byOld} and {byNew} reads: too few to tell.");

        foreach (var tenant in tenants)
        {
            var refused = await Assert.ThrowsAsync<PostgresException>(async () =>
            {
                await using var connection = await LimitedTenants.OpenAsync(first, tenant);
                await connection.ScalarAsync("select mark from notes");
            });
            Assert.Equal("42501", refused.SqlState);
        }
    }

    [Fact]
    public async Task The_key_in_use_is_not_retired_and_a_changed_secret_needs_another_id()
    {
        await using var deployment = await Deployment.StartAsync(new DeploymentOptions { Level = ProtectionLevel.Signed });
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(
            () => deployment.Services.GetRequiredService<IPostgresInstaller>().RetireSigningKeyAsync(Deployment.Server, 1));
        Assert.Contains("SigningKeyId", refused.Message, StringComparison.Ordinal);

        var secret = Convert.ToBase64String(new byte[32]);
        var changed = new DeploymentOptions
        {
            Suffix = deployment.Options.Suffix, Level = ProtectionLevel.Signed, DropDatabases = false,
            Settings = new() { ["Tenancy:Postgres:SigningKeys:1"] = secret },
        };
        refused = await Assert.ThrowsAsync<InvalidOperationException>(() => Deployment.StartAsync(changed));
        Assert.Contains("another signing key 1", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, refused.Message, StringComparison.Ordinal);
    }

    static async Task LoadAsync(Deployment deployment, List<Tenant> tenants, Action count, CancellationToken until)
    {
        while (!until.IsCancellationRequested)
        {
            foreach (var tenant in tenants)
            {
                await using var connection = await LimitedTenants.OpenAsync(deployment, tenant);
                Assert.Equal(tenant.Slug.Value, await connection.ScalarAsync("select mark from notes"));
                count();
            }
        }
    }
}
