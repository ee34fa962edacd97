using System.Diagnostics.CodeAnalysis;
using System.Threading.RateLimiting;

namespace Tenancy;

/// <summary>The framework's lease: one for all that is admitted, and for each refusal one with what it says.</summary>
internal sealed class LimitLease : RateLimitLease
{
    public static readonly LimitLease Acquired = new(null, null);

    readonly TimeSpan? _retryAfter;
    readonly string? _reason;

    LimitLease(TimeSpan? retryAfter, string? reason) => (_retryAfter, _reason) = (retryAfter, reason);

    public override bool IsAcquired => ReferenceEquals(this, Acquired);

    public override IEnumerable<string> MetadataNames => _reason is null ? []
        : _retryAfter is null ? [MetadataName.ReasonPhrase.Name]
        : [MetadataName.RetryAfter.Name, MetadataName.ReasonPhrase.Name];

    public static LimitLease Of(in LimitDecision decision) => decision.Status switch
    {
        LimitStatus.Allowed => Acquired,
        LimitStatus.Exceeded => new LimitLease(decision.RetryAfter > TimeSpan.Zero ? decision.RetryAfter : null, $"The limit '{decision.Policy?.Name}' is used up."),
        LimitStatus.TooLarge => new LimitLease(null, $"The limit '{decision.Policy?.Name}' never allows as much at once."),
        _ => new LimitLease(decision.RetryAfter, $"The limit '{decision.Policy?.Name}' cannot be checked now."),
    };

    public override bool TryGetMetadata(string metadataName, [NotNullWhen(true)] out object? metadata)
    {
        metadata = metadataName == MetadataName.RetryAfter.Name ? _retryAfter
            : metadataName == MetadataName.ReasonPhrase.Name ? _reason
            : null;
        return metadata is not null;
    }
}
