namespace Tenancy;

/// <summary>A table could not be filled with sentinel rows; the message says which value to give.</summary>
public sealed class SentinelException : Exception
{
    /// <inheritdoc/>
    public SentinelException() : base("A table could not be filled.") { }

    /// <inheritdoc/>
    public SentinelException(string message) : base(message) { }

    /// <inheritdoc/>
    public SentinelException(string message, Exception innerException) : base(message, innerException) { }
}
