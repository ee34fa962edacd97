namespace Tenancy;

/// <summary>Why work was refused, so that whoever answers for it finds the right words and status.</summary>
public enum TenantRefusalKind
{
    /// <summary>The tenant used up a limit of its own; later there is more. HTTP: 429.</summary>
    LimitExceeded,

    /// <summary>It costs more than a limit ever allows at once; waiting does not help. HTTP: 403.</summary>
    TooLarge,

    /// <summary>What all tenants share is short, or cannot be reached. HTTP: 503.</summary>
    CapacityShort,

    /// <summary>The tenant's storage is full. HTTP: 403.</summary>
    StorageFull,

    /// <summary>A statement ran longer than the tenant's tier allows. HTTP: 504.</summary>
    QueryTimeout,

    /// <summary>A result is larger than the tenant's tier allows. HTTP: 422.</summary>
    ResultTooLarge,

    /// <summary>What was sent is larger than the tenant's tier allows. HTTP: 413.</summary>
    BodyTooLarge,
}

/// <summary>
/// What an exception implements that is a refusal and not a failure: <c>app.UseExceptionHandler()</c> then answers with the
/// status and problem of its kind. The exception's own text is not shown.
/// </summary>
public interface ITenantRefusal
{
    /// <summary>Why.</summary>
    TenantRefusalKind Kind { get; }

    /// <summary>When trying again makes sense; none where it does not, or where nobody knows.</summary>
    TimeSpan? RetryAfter { get; }

    /// <summary>The names of the policies that refused; empty where it was none of them.</summary>
    IReadOnlyList<string> ViolatedPolicies { get; }
}
