namespace Tenancy;

/// <summary>How a database is linted.</summary>
public sealed record LintSettings
{
    /// <summary>The login that serves requests. Default: the one that the database was installed for.</summary>
    public string? Role { get; init; }

    /// <summary>Findings that are known and accepted, each with its reason. Default: none.</summary>
    public IReadOnlyList<LintAllowance> Allow { get; init; } = [];
}
