namespace Tenancy.Conformance;

/// <summary>
/// Negative controls: with an invariant broken, the suite has to fail, and in the checks that watch it. A suite that
/// passes everything proves nothing.
/// </summary>
/// <remarks>A class for each isolation, so that they run beside each other.</remarks>
public abstract class ControlTests
{
    public static TheoryData<string> FaultsOf(TenantIsolation isolation) =>
        [.. Fault.All.Where(fault => fault.Isolations.Contains(isolation)).Select(fault => fault.Name)];

    protected static async Task FailsAsync(string name, TenantIsolation isolation)
    {
        var fault = Fault.All.Single(candidate => candidate.Name == name);
        var options = new DeploymentOptions
        {
            Budget = 4,
            AppLogin = $"tenancy_app_{Guid.NewGuid():n}"[..40],
            Level = fault.Level,
            AfterInstall = fault.Level == ProtectionLevel.Signed ? DeploymentOptions.GrantSetConfigAsync : null,
        };
        await using var subject = await Subject.StartAsync(isolation, options);
        await fault.PlantAsync(subject);

        // Those that have to see it; at night after all the others.
        var isNight = Environment.GetEnvironmentVariable("TENANCY_NIGHTLY") == "1";
        var failures = await Suite.FailuresAsync(subject, check => isNight || fault.Caught.Contains(check));

        foreach (var check in fault.Caught)
            Assert.True(failures.ContainsKey(check), $"'{name}' under {isolation} was not caught by '{check}', but by: {string.Join(", ", failures.Keys)}.");
    }
}

public sealed class RowControlTests : ControlTests
{
    [Theory]
    [MemberData(nameof(FaultsOf), TenantIsolation.Row)]
    public Task The_suite_fails_when_an_invariant_is_broken(string name) => FailsAsync(name, TenantIsolation.Row);
}

public sealed class SchemaControlTests : ControlTests
{
    [Theory]
    [MemberData(nameof(FaultsOf), TenantIsolation.Schema)]
    public Task The_suite_fails_when_an_invariant_is_broken(string name) => FailsAsync(name, TenantIsolation.Schema);
}

public sealed class DatabaseControlTests : ControlTests
{
    [Theory]
    [MemberData(nameof(FaultsOf), TenantIsolation.Database)]
    public Task The_suite_fails_when_an_invariant_is_broken(string name) => FailsAsync(name, TenantIsolation.Database);
}
