namespace Tenancy;

/// <summary>What follows from a finding.</summary>
public enum LintSeverity
{
    /// <summary>Worth knowing; no tenant's row is reached by it.</summary>
    Info,

    /// <summary>It costs speed, tells a little, or needs one more mistake to leak.</summary>
    Warning,

    /// <summary>One tenant can reach, or learn of, what belongs to another.</summary>
    Error,
}
