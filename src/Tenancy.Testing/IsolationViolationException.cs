namespace Tenancy;

/// <summary>A tenant saw or reached what is another's, or the suite would not have noticed. The message lists everything.</summary>
public sealed class IsolationViolationException : Exception
{
    /// <inheritdoc/>
    public IsolationViolationException() : this("Tenants are not kept apart.") { }

    /// <inheritdoc/>
    public IsolationViolationException(string message) : base(message) { }

    /// <inheritdoc/>
    public IsolationViolationException(string message, Exception innerException) : base(message, innerException) { }

    internal IsolationViolationException(IReadOnlyList<string> findings)
        : base("Tenants are not kept apart:" + string.Concat(findings.Select(finding => $"{Environment.NewLine}- {finding}"))) => Findings = findings;

    /// <summary>One sentence for each.</summary>
    public IReadOnlyList<string> Findings { get; } = [];

    internal static void ThrowIfAny(IReadOnlyList<string> findings)
    {
        if (findings.Count > 0)
            throw new IsolationViolationException(findings);
    }
}
