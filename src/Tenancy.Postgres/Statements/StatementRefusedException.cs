using System.Data.Common;

namespace Tenancy;

/// <summary>A statement was refused before it was sent, because it could outlive its tenant's scope or leave it.</summary>
public sealed class StatementRefusedException : DbException
{
    /// <inheritdoc/>
    public StatementRefusedException() : base("The statement is refused on a tenant's connection.") { }

    /// <inheritdoc/>
    public StatementRefusedException(string message) : base(message) { }

    /// <inheritdoc/>
    public StatementRefusedException(string message, Exception innerException) : base(message, innerException) { }

    /// <summary>Never transient: the same text is refused again.</summary>
    public override bool IsTransient => false;
}
