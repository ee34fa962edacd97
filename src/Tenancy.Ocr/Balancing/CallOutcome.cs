namespace Tenancy;

/// <summary>What a call's end says of its server.</summary>
internal enum CallOutcome
{
    /// <summary>The server did its work.</summary>
    Served,

    /// <summary>It failed at this document, which says nothing of the next one.</summary>
    Rejected,

    /// <summary>It says nothing: the caller gave up, or it was never used.</summary>
    Unused,

    /// <summary>The caller gave up, and the server was not or cannot be told.</summary>
    Abandoned,

    /// <summary>It failed.</summary>
    Failed,

    /// <summary>It gave no answer in time, and may still be at it.</summary>
    Late,

    /// <summary>There is no connection to it.</summary>
    Unreachable,
}
