namespace Tenancy;

/// <summary>What a statement that may run does.</summary>
internal enum StatementKind
{
    /// <summary>Anything that may write.</summary>
    Other,

    /// <summary>Reads rows, unless a function in it writes.</summary>
    Query,

    /// <summary>Calls a procedure.</summary>
    Call,
}
