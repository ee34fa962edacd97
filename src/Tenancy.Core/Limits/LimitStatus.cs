namespace Tenancy;

/// <summary>How a limit decided.</summary>
public enum LimitStatus
{
    /// <summary>It may go on, and was counted.</summary>
    Allowed,

    /// <summary>A limit is used up for now. Nothing was counted.</summary>
    Exceeded,

    /// <summary>The cost is above what the limit ever allows at once: waiting does not help. Nothing was counted.</summary>
    TooLarge,

    /// <summary>What is counted for all processes cannot be reached, and the limit is configured to refuse then.</summary>
    Unavailable,
}
