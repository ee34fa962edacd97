namespace Tenancy.Conformance;

/// <summary>
/// Negative controls: with an invariant broken, the suite has to fail, and in the checks that watch it. A suite that
/// passes everything proves nothing.
/// </summary>
public sealed class ControlTests
{
    public static TheoryData<string, TenantIsolation> Faults
    {
        get
        {
            var faults = new TheoryData<string, TenantIsolation>();
            foreach (var fault in Fault.All)
                foreach (var isolation in fault.Isolations)
                    faults.Add(fault.Name, isolation);
            return faults;
        }
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task The_suite_fails_when_an_invariant_is_broken(string name, TenantIsolation isolation)
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

        var failures = await Suite.FailuresAsync(subject);

        foreach (var check in fault.Caught)
            Assert.True(failures.ContainsKey(check), $"'{name}' under {isolation} was not caught by '{check}', but by: {string.Join(", ", failures.Keys)}.");
    }
}
