namespace Tenancy;

/// <summary>A database does not hold the isolation that is asked of it, so no connection to it is handed out.</summary>
public sealed class IsolationProofException : Exception
{
    /// <inheritdoc/>
    public IsolationProofException() : this("The database does not keep tenants apart.") { }

    /// <inheritdoc/>
    public IsolationProofException(string message) : base(message) => Findings = [];

    /// <inheritdoc/>
    public IsolationProofException(string message, Exception innerException) : base(message, innerException) => Findings = [];

    /// <summary>Lists what was found.</summary>
    /// <param name="database">The database that was looked at.</param>
    /// <param name="findings">What was found; at least one.</param>
    public IsolationProofException(string database, IReadOnlyList<ProofFinding> findings)
        : base($"The database '{database}' does not keep tenants apart:" +
               string.Concat(findings.Select(finding => Environment.NewLine + "- " + finding))) => Findings = findings;

    /// <summary>What was found, each with its remedy.</summary>
    public IReadOnlyList<ProofFinding> Findings { get; }
}
