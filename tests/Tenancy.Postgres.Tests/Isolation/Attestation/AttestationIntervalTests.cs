using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;

namespace Tenancy.Postgres.Tests;

/// <summary>A session that its client has alone is asked with its first statement, and then when that was too long ago.</summary>
public sealed class AttestationIntervalTests
{
    [Fact]
    public async Task A_session_is_asked_again_when_its_time_is_over()
    {
        var time = new StillTime { Now = 1 };
        await using var deployment = await Deployment.StartAsync(new DeploymentOptions
        {
            Budget = 1,
            Settings = new() { [$"Tenancy:Postgres:Servers:{Deployment.Server}:AttestationInterval"] = "00:00:30" },
            Configure = services => services.Replace(ServiceDescriptor.Singleton<TimeProvider>(time)),
        });
        var tenant = await deployment.CreateAsync(TenantIsolation.Row);
        var left = await ProcessAsync(deployment, tenant, leave: true);

        time.Now += 29 * time.TimestampFrequency;
        Assert.Equal(left, await ProcessAsync(deployment, tenant));
        time.Now += 2 * time.TimestampFrequency;
        Assert.NotEqual(left, await ProcessAsync(deployment, tenant));
    }

    [Fact]
    public async Task A_transaction_that_lasts_longer_than_that_is_not_asked_in_its_middle()
    {
        var time = new StillTime { Now = 1 };
        await using var deployment = await Deployment.StartAsync(new DeploymentOptions
        {
            Budget = 1, Configure = services => services.Replace(ServiceDescriptor.Singleton<TimeProvider>(time)),
        });
        var tenant = await deployment.CreateAsync(TenantIsolation.Row);
        await ProcessAsync(deployment, tenant);
        using var scope = deployment.Tenants.Enter(tenant);
        await using var connection = await deployment.Data.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var process = await connection.ScalarAsync("select pg_backend_pid()");
        time.Now += 3600 * time.TimestampFrequency;
        Assert.Equal(process, await connection.ScalarAsync("select pg_backend_pid()"));
        await transaction.CommitAsync();
    }

    [Fact]
    public async Task What_the_hosts_own_initializer_sets_is_nothing_left()
    {
        await using var deployment = await Deployment.StartAsync(new DeploymentOptions
        {
            Budget = 1,
            Settings = new() { [$"Tenancy:Postgres:Servers:{Deployment.Server}:AttestationInterval"] = "00:00:00" },
            Configure = services => services.AddOptions<PostgresOptions>().Configure(options => options.DataSourceHooks.Add(static (builder, _) =>
                builder.UsePhysicalConnectionInitializer(SetWorkMem, SetWorkMemAsync))),
        });
        var tenant = await deployment.CreateAsync(TenantIsolation.Row);
        var process = await ProcessAsync(deployment, tenant);
        Assert.Equal(process, await ProcessAsync(deployment, tenant));
    }

    static void SetWorkMem(NpgsqlConnection session)
    {
        using var command = new NpgsqlCommand("set work_mem = '3MB'", session);
        command.ExecuteNonQuery();
    }

    static async Task SetWorkMemAsync(NpgsqlConnection session)
    {
        await using var command = new NpgsqlCommand("set work_mem = '3MB'", session);
        await command.ExecuteNonQueryAsync();
    }

    static async Task<int> ProcessAsync(Deployment deployment, Tenant tenant, bool leave = false)
    {
        using var scope = deployment.Tenants.Enter(tenant);
        await using var connection = await deployment.Data.OpenConnectionAsync();
        var process = (int)(await connection.ScalarAsync("select pg_backend_pid()"))!;
        if (leave)
        {
            await using var command = new NpgsqlCommand("prepare theft as select 1", connection.Inner);
            await command.ExecuteNonQueryAsync();
        }

        return process;
    }
}
