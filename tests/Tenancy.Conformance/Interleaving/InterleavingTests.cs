using Xunit.Abstractions;

namespace Tenancy.Conformance;

/// <summary>Random work of several tenants over a pool of two connections, every row of every answer checked.</summary>
public abstract class InterleavingTests(ITestOutputHelper output)
{
    protected const int PerTest = 20_000;
    protected const int PerPooledTest = 6_000;
    const int PerNight = 1_000_000;

    static bool IsNight => Environment.GetEnvironmentVariable("TENANCY_NIGHTLY") == "1";

    protected async Task RunAsync(TenantIsolation isolation, DeploymentOptions options, int inAll)
    {
        // A third of the operations for each isolation at the default level, and as many at the other.
        var operations = (IsNight ? PerNight : inAll) / 3 + 1;
        var seed = Environment.GetEnvironmentVariable("TENANCY_SEED") is { } given
            ? int.Parse(given, System.Globalization.CultureInfo.InvariantCulture)
            : Random.Shared.Next();
        Console.WriteLine($"interleaving {isolation} {options.Level}: {operations} operations, TENANCY_SEED={seed}");
        output.WriteLine($"TENANCY_SEED={seed}");
        await using var deployment = await Deployment.StartAsync(options);

        var counts = await Interleaving.RunAsync(deployment, isolation, operations, seed);

        Assert.Equal(operations, counts.Values.Sum());
        // A run in which some kind of operation never came up has not shown what it says.
        // The shortest of them may miss what is rare, of which the others have enough.
        if (operations > PerPooledTest)
            Assert.All(Enum.GetValues<Operation>(), operation => Assert.True(counts.GetValueOrDefault(operation) > 0, $"{operation} never ran (seed {seed})."));
        output.WriteLine(string.Join(", ", counts.Select(count => $"{count.Key} {count.Value}")));
    }
}

public sealed class DirectInterleavingTests(ITestOutputHelper output) : InterleavingTests(output)
{
    [Theory]
    [InlineData(TenantIsolation.Row, ProtectionLevel.Latched)]
    [InlineData(TenantIsolation.Schema, ProtectionLevel.Latched)]
    [InlineData(TenantIsolation.Database, ProtectionLevel.Latched)]
    [InlineData(TenantIsolation.Row, ProtectionLevel.Signed)]
    public Task No_foreign_row_in_any_interleaving(TenantIsolation isolation, ProtectionLevel level) =>
        RunAsync(isolation, new DeploymentOptions { Budget = 2, Level = level }, PerTest);
}

/// <summary>Three connections on two sessions of a pooler, so that they take turns.</summary>
public sealed class PooledInterleavingTests(ITestOutputHelper output) : InterleavingTests(output)
{
    [Theory]
    [InlineData(TenantIsolation.Row, ProtectionLevel.Latched)]
    [InlineData(TenantIsolation.Schema, ProtectionLevel.Latched)]
    [InlineData(TenantIsolation.Database, ProtectionLevel.Latched)]
    [InlineData(TenantIsolation.Row, ProtectionLevel.Signed)]
    public async Task No_foreign_row_in_any_interleaving_through_a_pooler(TenantIsolation isolation, ProtectionLevel level)
    {
        await using var pooler = await PgBouncer.StartAsync(new Dictionary<string, string> { ["default_pool_size"] = "2" });
        await RunAsync(isolation, new DeploymentOptions { Budget = 3, Pooler = pooler, Level = level }, PerPooledTest);
    }
}
