namespace Tenancy;

/// <summary>A migration failed, or does not match what was applied before. What was applied stays; run it again to go on.</summary>
public sealed class MigrationException : Exception
{
    /// <inheritdoc/>
    public MigrationException() : base("A migration failed.") { }

    /// <inheritdoc/>
    public MigrationException(string message) : base(message) { }

    /// <inheritdoc/>
    public MigrationException(string message, Exception innerException) : base(message, innerException) { }
}
