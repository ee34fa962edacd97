using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Inbox.Conditions;

/// <summary>The value of <c>If-Match</c> or <c>If-None-Match</c>: any tag, or a list of them (RFC 9110 §13.1).</summary>
sealed class TagList
{
    /// <summary>The most tags there may be in a list.</summary>
    public const int MaxTags = 32;

    readonly IList<EntityTagHeaderValue> _tags;

    TagList(IList<EntityTagHeaderValue> tags) => _tags = tags;

    /// <summary>It is <c>*</c>: whatever there is.</summary>
    public bool IsAny => _tags is [{ } only] && only.Equals(EntityTagHeaderValue.Any);

    public static bool TryParse(StringValues header, [NotNullWhen(true)] out TagList? list)
    {
        list = null;
        if (!EntityTagHeaderValue.TryParseStrictList(header, out var tags) || tags is not { Count: > 0 and <= MaxTags })
            return false;
        // '*' stands alone. The framework's parser also takes it among tags.
        if (tags.Count > 1 && tags.Any(tag => tag.Equals(EntityTagHeaderValue.Any)))
            return false;
        list = new TagList(tags);
        return true;
    }

    /// <summary>The revisions in the list. The strong comparison, which a write needs, leaves weak tags out.</summary>
    public Guid[] Revisions(bool strong) =>
        [.. _tags.Where(tag => !strong || !tag.IsWeak).Select(EntityTag.Read).OfType<Guid>()];
}
