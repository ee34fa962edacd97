using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Tenancy.Postgres.Tests;

public sealed class InstallationTests
{
    [Fact]
    public async Task Installing_again_never_locks_out_those_who_run()
    {
        await using var deployment = await Deployment.StartAsync(new DeploymentOptions { AppLogin = "app_installed_again" });
        var installer = deployment.Services.GetRequiredService<IPostgresInstaller>();
        using var done = new CancellationTokenSource();
        var logins = new[] { deployment.Options.AppLogin, "tenancy_migrator" }.Select(async login =>
        {
            var settings = Deployment.ConnectionString(deployment.SharedDatabase, login) + ";Pooling=false";
            var opened = 0;
            for (; !done.IsCancellationRequested; opened++)
            {
                await using var connection = new NpgsqlConnection(settings);
                await connection.OpenAsync();
                await using var command = new NpgsqlCommand(
                    "select rolbypassrls and rolcreatedb and rolcreaterole from pg_roles where rolname = 'tenancy_migrator'", connection);
                Assert.Equal(true, await command.ExecuteScalarAsync());
            }

            return opened;
        }).ToList();
        for (var round = 0; round < 5; round++)
            await installer.InstallAsync(Deployment.Server, PrivateCluster.Administrator);
        await done.CancelAsync();
        foreach (var opened in await Task.WhenAll(logins))
            Assert.True(opened > 5);
    }

    [Fact]
    public async Task Who_is_no_superuser_is_told_so_and_changes_nothing()
    {
        var login = "admin_" + Guid.NewGuid().ToString("n")[..10];
        await PrivateCluster.ExecuteAsync("postgres", $"create role {login} login createdb createrole password 'a'");
        var options = new DeploymentOptions
        {
            Level = ProtectionLevel.Signed,
            Administrator = new NpgsqlConnectionStringBuilder(PrivateCluster.Administrator) { Username = login, Password = "a" }.ConnectionString,
        };
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => Deployment.StartAsync(options));
        Assert.Contains($"'{login}' is no superuser", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Password", refused.Message, StringComparison.OrdinalIgnoreCase);
        await using var connection = await PrivateCluster.OpenAsync("postgres");
        await using var made = new NpgsqlCommand("select count(*) from pg_database where datname in ($1, $2)", connection)
        {
            Parameters = { new() { Value = options.SharedDatabase }, new() { Value = options.CatalogDatabase } },
        };
        Assert.Equal(0L, await made.ExecuteScalarAsync());
        await PrivateCluster.ExecuteAsync("postgres", $"drop role {login}");
    }

    [Fact]
    public async Task Installing_again_leaves_tenants_and_their_rows()
    {
        await using var deployment = await Deployment.StartAsync();
        var tenant = await deployment.CreateAsync(TenantIsolation.Row);
        using var scope = deployment.Tenants.Enter(tenant);
        await using (var connection = await deployment.Data.OpenConnectionAsync())
            await connection.Command("insert into notes (id, mark) values (1, 'kept')").ExecuteNonQueryAsync();
        await deployment.Services.GetRequiredService<IPostgresInstaller>().InstallAsync(Deployment.Server, PrivateCluster.Administrator);
        await using var again = await Deployment.StartAsync(deployment.Options.Again());
        using var there = again.Tenants.Enter(tenant);
        await using var reopened = await again.Data.OpenConnectionAsync();
        Assert.Equal("kept", await reopened.ScalarAsync("select mark from notes"));
    }
}
