namespace Tenancy;

/// <summary>A tenant's limit refused. For code that cannot return a decision; in a request it becomes a problem of its own.</summary>
public sealed class TenantLimitException : Exception, ITenantRefusal
{
    /// <inheritdoc/>
    public TenantLimitException() : this("A limit of the tenant is used up.") { }

    /// <inheritdoc/>
    public TenantLimitException(string message) : base(message) { }

    /// <inheritdoc/>
    public TenantLimitException(string message, Exception innerException) : base(message, innerException) { }

    /// <summary>Says which limit refused.</summary>
    /// <param name="decision">A decision that is not <see cref="LimitDecision.IsAllowed"/>.</param>
    public TenantLimitException(LimitDecision decision) : base(Explain(decision))
    {
        Kind = decision.Status switch
        {
            LimitStatus.TooLarge => TenantRefusalKind.TooLarge,
            LimitStatus.Unavailable => TenantRefusalKind.CapacityShort,
            _ => TenantRefusalKind.LimitExceeded,
        };
        RetryAfter = Kind == TenantRefusalKind.TooLarge ? null : decision.RetryAfter;
        ViolatedPolicies = decision.Policy is { } policy ? [policy.Name] : [];
    }

    /// <inheritdoc/>
    public TenantRefusalKind Kind { get; } = TenantRefusalKind.LimitExceeded;

    /// <inheritdoc/>
    public TimeSpan? RetryAfter { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> ViolatedPolicies { get; } = [];

    static string Explain(in LimitDecision decision) => decision.Status switch
    {
        LimitStatus.Allowed => throw new ArgumentException("The decision allows it. Throw for one that refuses.", nameof(decision)),
        LimitStatus.TooLarge => $"The limit '{decision.Policy?.Name}' never allows as much at once. Ask for less, or raise it in the tenant's tier.",
        LimitStatus.Unavailable => $"The limit '{decision.Policy?.Name}' cannot be checked now. Try again in {decision.RetryAfter.TotalSeconds:0.#} s.",
        _ => $"The limit '{decision.Policy?.Name}' is used up. Try again in {decision.RetryAfter.TotalSeconds:0.#} s, or raise it in the tenant's tier.",
    };
}
