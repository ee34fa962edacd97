namespace Tenancy;

/// <summary>What the linter does when the host starts. What is fatal is refused by the proof in any case.</summary>
public enum LintAtStart
{
    /// <summary>It does not run.</summary>
    Off,

    /// <summary>It logs errors and warnings of the databases that tenants share.</summary>
    Warn,

    /// <summary>It logs warnings, and stops the host at an error.</summary>
    Refuse,
}
