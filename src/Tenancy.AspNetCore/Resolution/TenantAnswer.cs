using Microsoft.AspNetCore.Http;

namespace Tenancy;

/// <summary>What one <see cref="ITenantSource"/> says about a request: nothing, a slug, a list of slugs, or nonsense.</summary>
public readonly struct TenantAnswer
{
    readonly object? _list;
    readonly ReadOnlyMemory<char> _slug;
    readonly Kind _kind;

    TenantAnswer(Kind kind, ReadOnlyMemory<char> slug = default, object? list = null)
    {
        _kind = kind;
        _slug = slug;
        _list = list;
    }

    enum Kind : byte
    {
        Silent,
        Named,
        List,
        Contradictory,
    }

    /// <summary>The source says nothing. This is <c>default(TenantAnswer)</c>.</summary>
    public static TenantAnswer Silent => default;

    /// <summary>
    /// The source contradicts itself, such as a single-valued claim that stands twice: the request is refused.
    /// </summary>
    public static TenantAnswer Contradictory => new(Kind.Contradictory);

    /// <summary>Whether the source says nothing.</summary>
    public bool IsSilent => _kind == Kind.Silent;

    /// <summary>Whether the source contradicts itself.</summary>
    public bool IsContradictory => _kind == Kind.Contradictory;

    /// <summary>Whether the source lists tenants of which another source must choose one.</summary>
    public bool IsList => _kind == Kind.List;

    /// <summary>The text that names the tenant, as it was sent; empty where the source does not name exactly one.</summary>
    public ReadOnlySpan<char> Slug => _slug.Span;

    internal ReadOnlyMemory<char> SlugMemory => _slug;

    /// <summary>The source names a tenant.</summary>
    /// <param name="slug">
    /// The text as it was sent: it is compared ordinally, never trimmed, folded or repaired. Text that is no slug, even
    /// the empty one, is an unknown tenant.
    /// </param>
    public static TenantAnswer Named(ReadOnlyMemory<char> slug) => new(Kind.Named, slug);

    /// <summary>
    /// The source lists the tenants it allows: with one, that one is named; with several, another source chooses and must
    /// choose one of them; with none, whatever is chosen is refused. Order and repetition do not matter.
    /// </summary>
    /// <param name="slugs">The slugs, compared ordinally.</param>
    public static TenantAnswer OneOf(IReadOnlyCollection<string> slugs)
    {
        ArgumentNullException.ThrowIfNull(slugs);
        string? only = null;
        foreach (var slug in slugs)
        {
            if (only is not null && !string.Equals(only, slug, StringComparison.Ordinal))
                return new(Kind.List, list: slugs);
            only = slug;
        }

        return only is null ? new(Kind.List, list: slugs) : Named(only.AsMemory());
    }

    /// <summary>A list that its source keeps where the request has it, so that none need be made.</summary>
    internal static TenantAnswer OneOf(ITenantList list) => new(Kind.List, list: list);

    /// <summary>Whether a list has the slug.</summary>
    internal bool Lists(HttpContext context, ReadOnlySpan<char> slug)
    {
        if (_list is ITenantList own)
            return own.Has(context, slug);
        foreach (var listed in (IReadOnlyCollection<string>)_list!)
        {
            if (slug.SequenceEqual(listed))
                return true;
        }

        return false;
    }
}
