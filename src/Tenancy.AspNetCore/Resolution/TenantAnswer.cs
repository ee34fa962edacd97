namespace Tenancy;

/// <summary>What one <see cref="ITenantSource"/> says about a request: nothing, a slug, or several at once.</summary>
public readonly struct TenantAnswer
{
    readonly ReadOnlyMemory<char> _slug;
    readonly Kind _kind;

    TenantAnswer(Kind kind, ReadOnlyMemory<char> slug)
    {
        _kind = kind;
        _slug = slug;
    }

    enum Kind : byte
    {
        Silent,
        Named,
        Contradictory,
    }

    /// <summary>The source says nothing. This is <c>default(TenantAnswer)</c>.</summary>
    public static TenantAnswer Silent => default;

    /// <summary>
    /// The source contradicts itself, such as a single-valued claim that stands twice: the request is refused.
    /// </summary>
    public static TenantAnswer Contradictory => new(Kind.Contradictory, default);

    /// <summary>Whether the source says nothing.</summary>
    public bool IsSilent => _kind == Kind.Silent;

    /// <summary>Whether the source contradicts itself.</summary>
    public bool IsContradictory => _kind == Kind.Contradictory;

    /// <summary>The text that names the tenant, as it was sent; empty where the source names none.</summary>
    public ReadOnlySpan<char> Slug => _slug.Span;

    /// <summary>The source names a tenant.</summary>
    /// <param name="slug">
    /// The text as it was sent: it is compared ordinally, never trimmed, folded or repaired. Text that is no slug, even
    /// the empty one, is an unknown tenant.
    /// </param>
    public static TenantAnswer Named(ReadOnlyMemory<char> slug) => new(Kind.Named, slug);
}
