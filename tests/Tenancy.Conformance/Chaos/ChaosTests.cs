using Xunit.Abstractions;

namespace Tenancy.Conformance;

/// <summary>No foreign row in chaos.</summary>
public sealed class ChaosTests(ITestOutputHelper output)
{
    const int PerTest = 30_000;
    const int PerNight = 10_000_000;
    internal static int Seed => Environment.GetEnvironmentVariable("TENANCY_SEED") is { } given
        ? int.Parse(given, System.Globalization.CultureInfo.InvariantCulture)
        : Random.Shared.Next(int.MaxValue / 2);

    [Fact]
    public async Task Twenty_tenants_on_four_connections_see_their_own_rows_and_no_others()
    {
        await using var deployment = await Deployment.StartAsync(ChaosRun.Deployment(connections: 4));
        var tenants = new List<Tenant>();
        for (var i = 0; i < 20; i++)
            tenants.Add(await ChaosRun.CreateAsync(deployment, i < 10 ? TenantIsolation.Row : i < 16 ? TenantIsolation.Schema : TenantIsolation.Database));
        await ChaosRun.BeginTimeoutsAsync(deployment);
        var options = new ChaosOptions { Operations = Environment.GetEnvironmentVariable("TENANCY_NIGHTLY") == "1" ? PerNight : PerTest, Seed = Seed };
        Console.WriteLine($"chaos: {options.Operations} operations, TENANCY_SEED={options.Seed}");

        var result = await RunAsync(deployment, tenants, options);

        output.WriteLine($"{result.Killed} backends killed; {string.Join(", ", result.Ended.OrderByDescending(end => end.Value).Select(end => $"{end.Key} {end.Value}"))}");
        Assert.True(result.Wrong == 0, $"{result.Wrong} operations went wrong, the first after {result.First?.Operation}: {result.First?.What}. TENANCY_SEED={options.Seed}");
        Assert.Equal(options.Operations, result.Ended.Values.Sum());
        // A run without disturbances, or with nothing else, has not shown what it says.
        Assert.True(result.Ended["answered"] > options.Operations / 2 && result.Killed > 10);
        Assert.True(result.Ended.GetValueOrDefault("OperationCanceledException") + result.Ended.GetValueOrDefault("TaskCanceledException") > options.Operations / 100);
    }

    internal static async Task<ChaosResult> RunAsync(Deployment deployment, IReadOnlyList<Tenant> tenants, ChaosOptions options)
    {
        using var run = new ChaosRun(deployment, tenants, options);
        return await run.RunAsync();
    }
}
