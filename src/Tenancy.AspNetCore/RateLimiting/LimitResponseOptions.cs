namespace Tenancy;

/// <summary>What responses say of a tenant's limits. Set with <c>services.Configure&lt;LimitResponseOptions&gt;(…)</c>.</summary>
public sealed class LimitResponseOptions
{
    /// <summary>When responses carry <c>RateLimit</c> and <c>RateLimit-Policy</c> (draft-ietf-httpapi-ratelimit-headers-11).</summary>
    /// <value>Default: <see cref="RateLimitFields.WhenLow"/>.</value>
    public RateLimitFields Fields { get; set; } = RateLimitFields.WhenLow;

    /// <summary>Whether they then also carry <c>X-RateLimit-Limit</c>, <c>-Remaining</c> and <c>-Reset</c> (seconds), of the tightest policy.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool LegacyFields { get; set; }
}

/// <summary>When responses say where the tenant stands.</summary>
public enum RateLimitFields
{
    /// <summary>With a refusal, and when less than a fifth of a limit is left.</summary>
    WhenLow,

    /// <summary>With every response of a tenant that has limits.</summary>
    Always,

    /// <summary>Never.</summary>
    Never,
}
