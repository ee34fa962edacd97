using Microsoft.AspNetCore.Http;

namespace Tenancy;

/// <summary>
/// Reads a claim that lists the caller's tenants: several claims of one type, JSON arrays of strings, or both.
/// </summary>
internal sealed record ClaimListTenantSource(string Type) : ITenantSource, ITenantList
{
    public bool IsProof => true;

    public TenantAnswer Read(HttpContext context)
    {
        var (spoken, several) = (false, false);
        ReadOnlyMemory<char>? only = null;
        for (var claims = new CallerClaims(context, Type); claims.Next() is { } value;)
        {
            spoken = true;
            for (var slugs = new ListedSlugs(value); ;)
            {
                if (!slugs.TryNext(out var slug))
                {
                    if (slugs.IsMalformed)
                        return TenantAnswer.Contradictory;
                    break;
                }

                several |= only is { } first && !first.Span.SequenceEqual(slug.Span);
                only ??= slug;
            }
        }

        return !spoken ? TenantAnswer.Silent
            : several || only is null ? TenantAnswer.OneOf(this)
            : TenantAnswer.Named(only.Value);
    }

    public bool Has(HttpContext context, ReadOnlySpan<char> slug)
    {
        for (var claims = new CallerClaims(context, Type); claims.Next() is { } value;)
        {
            for (var slugs = new ListedSlugs(value); slugs.TryNext(out var listed);)
            {
                if (listed.Span.SequenceEqual(slug))
                    return true;
            }
        }

        return false;
    }
}
