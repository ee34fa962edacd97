using Xunit.Abstractions;

namespace Tenancy.Conformance;

/// <summary>Random work of several tenants over a pool of two connections, every row of every answer checked.</summary>
public sealed class InterleavingTests(ITestOutputHelper output)
{
    const int PerTest = 20_000;
    const int PerNight = 1_000_000;

    static bool IsNight => Environment.GetEnvironmentVariable("TENANCY_NIGHTLY") == "1";

    [Theory]
    [InlineData(TenantIsolation.Row, ProtectionLevel.Latched)]
    [InlineData(TenantIsolation.Schema, ProtectionLevel.Latched)]
    [InlineData(TenantIsolation.Database, ProtectionLevel.Latched)]
    [InlineData(TenantIsolation.Row, ProtectionLevel.Signed)]
    public async Task No_foreign_row_in_any_interleaving(TenantIsolation isolation, ProtectionLevel level)
    {
        // A third of the operations for each isolation at the default level, and as many at the other.
        var operations = (IsNight ? PerNight : PerTest) / 3 + 1;
        var seed = Environment.GetEnvironmentVariable("TENANCY_SEED") is { } given
            ? int.Parse(given, System.Globalization.CultureInfo.InvariantCulture)
            : Random.Shared.Next();
        Console.WriteLine($"interleaving {isolation} {level}: {operations} operations, TENANCY_SEED={seed}");
        output.WriteLine($"TENANCY_SEED={seed}");
        await using var deployment = await Deployment.StartAsync(new DeploymentOptions { Budget = 2, Level = level });

        var counts = await Interleaving.RunAsync(deployment, isolation, operations, seed);

        Assert.Equal(operations, counts.Values.Sum());
        // A run in which some kind of operation never came up has not shown what it says.
        Assert.All(Enum.GetValues<Operation>(), operation => Assert.True(counts.GetValueOrDefault(operation) > 0, $"{operation} never ran (seed {seed})."));
        output.WriteLine(string.Join(", ", counts.Select(count => $"{count.Key} {count.Value}")));
    }
}
