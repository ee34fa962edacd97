using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Tenancy.Postgres.Tests;

/// <summary>An installation with a login of its own, whose faults can be planted and mended.</summary>
public sealed class ProofFixture : IAsyncLifetime, IAsyncDisposable
{
    readonly DeploymentOptions _options = new() { AppLogin = "app_" + Guid.NewGuid().ToString("n")[..10] };
    Deployment? _deployment;

    public async Task InitializeAsync() => _deployment = await Deployment.StartAsync(_options);

    public async Task DisposeAsync()
    {
        if (Interlocked.Exchange(ref _deployment, null) is { } deployment)
            await deployment.DisposeAsync();
    }

    async ValueTask IAsyncDisposable.DisposeAsync() => await DisposeAsync();

    public async Task PlantAsync(string statements)
    {
        await using var connection = await PrivateCluster.OpenAsync(_options.SharedDatabase);
        await using var command = new NpgsqlCommand(
            statements.Replace("{app}", _options.AppLogin, StringComparison.Ordinal).Replace("{database}", _options.SharedDatabase, StringComparison.Ordinal), connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Another process of the installation.</summary>
    public Task<Deployment> AgainAsync() => Deployment.StartAsync(_options.Again());

    public async Task StartsAsync() => await (await AgainAsync()).DisposeAsync();

    public Task<IsolationProofException> RefusedAsync() => Assert.ThrowsAsync<IsolationProofException>(StartsAsync);

    /// <summary>Makes a pool alone, without the migrations that come before it at a start.</summary>
    public async Task ProveAsync()
    {
        var services = _deployment!.Services;
        var pool = services.GetRequiredService<IsolationStrategies>().Servers.Get(Deployment.Server).SharedPool;
        await using var router = ActivatorUtilities.CreateInstance<TenantRouter>(services);
        await router.PoolAsync(pool, TenantId.Create(TimeProvider.System), async: true, CancellationToken.None);
    }

    public static async Task<bool> AttestsLeasesAsync(Deployment deployment)
    {
        var pool = deployment.Services.GetRequiredService<IsolationStrategies>().Servers.Get(Deployment.Server).SharedPool;
        return (await deployment.Services.GetRequiredService<TenantRouter>()
            .PoolAsync(pool, TenantId.Create(TimeProvider.System), async: true, CancellationToken.None)).Attestation.IsOfEachLease;
    }
}
