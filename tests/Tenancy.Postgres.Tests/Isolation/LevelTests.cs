using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Tenancy.Postgres.Tests;

/// <summary>A level is asked for by name, is what the database was installed with, and can be changed.</summary>
public sealed class LevelTests
{
    [Fact]
    public async Task Filter_serves_what_is_not_hardened_and_says_so_at_every_start()
    {
        var options = new DeploymentOptions { Level = ProtectionLevel.Filter, AfterInstall = DeploymentOptions.GrantSetConfigAsync };
        await using var deployment = await Deployment.StartAsync(options);
        var warning = Assert.Single(options.Logs.Messages, message => message.Contains("level Filter", StringComparison.Ordinal));
        Assert.StartsWith("Warning", warning, StringComparison.Ordinal);

        // A mistake reads nothing of others; an attack would: that is what the warning says.
        var (one, other) = (await deployment.CreateAsync(TenantIsolation.Row), await deployment.CreateAsync(TenantIsolation.Row));
        foreach (var tenant in new[] { one, other })
        {
            await using var writing = await LimitedTenants.OpenAsync(deployment, tenant);
            await writing.Command("insert into notes (id, mark) values (1, $1)", tenant.Slug.Value).ExecuteNonQueryAsync();
        }

        await using var connection = await LimitedTenants.OpenAsync(deployment, one);
        Assert.Equal(1L, await connection.ScalarAsync("select count(*) from notes"));
        Assert.Equal(other.Slug.Value, await connection.ScalarAsync(
            $"select n.mark from (select set_config('tenancy.tenant', '{other.Id}', true) offset 0) s cross join lateral (select mark from notes offset 0) n"));
    }

    [Fact]
    public async Task Filter_says_so_on_a_hardened_server_as_well()
    {
        await using var deployment = await Deployment.StartAsync(new DeploymentOptions { Level = ProtectionLevel.Filter });
        Assert.Single(deployment.Options.Logs.Messages, message => message.Contains("level Filter", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_missing_secret_is_listed_also_where_the_data_source_is_configured()
    {
        var mistake = await Assert.ThrowsAsync<OptionsValidationException>(() => Deployment.StartAsync(new DeploymentOptions
        {
            Level = ProtectionLevel.Signed, Install = false, DropDatabases = false, Settings = new() { ["Tenancy:Postgres:DeploymentKey"] = "not a key" },
            Configure = services => services.AddTenancy().ConfigureDataSource(static _ => { }),
        }));
        Assert.Contains(mistake.Failures, failure => failure.Contains("DeploymentKey is not a key", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(ProtectionLevel.Latched)]
    [InlineData(ProtectionLevel.Signed)]
    public async Task Other_levels_say_nothing_of_the_kind(ProtectionLevel level)
    {
        await using var deployment = await Deployment.StartAsync(new DeploymentOptions { Level = level });
        Assert.DoesNotContain(deployment.Options.Logs.Messages, message => message.StartsWith("Warning", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Latched_is_refused_where_set_config_is_not_revoked_and_Signed_is_not()
    {
        await Assert.ThrowsAsync<IsolationProofException>(() => Deployment.StartAsync(new DeploymentOptions { AfterInstall = DeploymentOptions.GrantSetConfigAsync }));
        var options = new DeploymentOptions { Level = ProtectionLevel.Signed, AfterInstall = DeploymentOptions.GrantSetConfigAsync };
        await using var deployment = await Deployment.StartAsync(options);
        Assert.Contains(options.Logs.Messages, message => message.Contains("set_config", StringComparison.Ordinal) && message.Contains("attested at the beginning of each lease", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Another_level_is_refused_until_it_is_installed_in_every_database()
    {
        await using var latched = await Deployment.StartAsync(new DeploymentOptions());
        var tenant = await latched.CreateAsync(TenantIsolation.Database);

        DeploymentOptions Signed(bool install) => new()
        {
            Suffix = latched.Options.Suffix, Level = ProtectionLevel.Signed, Install = install, DropDatabases = false,
        };
        var refusal = await Assert.ThrowsAsync<IsolationProofException>(() => Deployment.StartAsync(Signed(install: false)));
        Assert.Contains(refusal.Findings, finding => finding.Code == "tenancy-level" && finding.Remedy.Contains("InstallAsync", StringComparison.Ordinal));

        await using var signed = await Deployment.StartAsync(Signed(install: true));
        refusal = await Assert.ThrowsAsync<IsolationProofException>(() => LimitedTenants.OpenAsync(signed, tenant));
        Assert.Contains(refusal.Findings, finding => finding.Code == "tenancy-level" && finding.Remedy.Contains("InstallTenantDatabasesAsync", StringComparison.Ordinal));
        await signed.Services.GetRequiredService<IPostgresInstaller>().InstallTenantDatabasesAsync(Deployment.Server);
        await using var connection = await LimitedTenants.OpenAsync(signed, tenant);
        Assert.Equal(tenant.Id.Value, await connection.ScalarAsync("select tenancy.current_tenant()"));
    }

    [Fact]
    public async Task Two_that_bring_tenants_databases_up_to_date_at_once_wait_for_each_other()
    {
        await using var deployment = await Deployment.StartAsync(new DeploymentOptions { Level = ProtectionLevel.Signed });
        var tenant = await deployment.CreateAsync(TenantIsolation.Database);
        var installer = deployment.Services.GetRequiredService<IPostgresInstaller>();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            for (var round = 0; round < 5; round++)
                await installer.InstallTenantDatabasesAsync(Deployment.Server);
        })));
        await using var connection = await LimitedTenants.OpenAsync(deployment, tenant);
        Assert.Equal(tenant.Id.Value, await connection.ScalarAsync("select tenancy.current_tenant()"));
    }

    [Theory]
    [InlineData("Tenancy:Postgres:Servers:test-1:Level", "none", "filter, latched, signed")]
    [InlineData("Tenancy:Postgres:Servers:test-1:Level", "2", "filter, latched, signed")]
    [InlineData("Tenancy:Postgres:SigningKeyId", "0", "1 to 999999999")]
    [InlineData("Tenancy:Postgres:SigningKeys:2", "c2hvcnQ=", "SigningKeys:2 is not a key")]
    [InlineData("Tenancy:Postgres:SigningKeys:two", "c2hvcnQ=", "SigningKeys:two is not the id of a key")]
    [InlineData("Tenancy:Postgres:DeploymentKey", null, "SigningKeys:1")]
    public async Task A_mistake_stops_the_host_with_its_remedy(string key, string? value, string expected)
    {
        var mistake = await Assert.ThrowsAsync<OptionsValidationException>(() => Deployment.StartAsync(new DeploymentOptions
        {
            Level = ProtectionLevel.Signed, Install = false, DropDatabases = false, Settings = new() { [key] = value },
        }));
        Assert.Contains(mistake.Failures, failure => failure.Contains(expected, StringComparison.Ordinal));
        Assert.DoesNotContain("c2hvcnQ=", mistake.Message, StringComparison.Ordinal);
    }
}
