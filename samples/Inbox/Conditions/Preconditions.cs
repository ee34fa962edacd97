using Inbox.Problems;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Inbox.Conditions;

/// <summary>What a request asks of the revision it is about (RFC 9110 §13).</summary>
sealed class Preconditions
{
    readonly TagList? _match;
    readonly TagList? _noneMatch;

    Preconditions(TagList? match, TagList? noneMatch) => (_match, _noneMatch) = (match, noneMatch);

    /// <summary>
    /// The condition as SQL over a row's <c>revision</c>, so that checking and writing are one statement: a second writer
    /// waits for the first, and then finds another revision.
    /// </summary>
    public const string Sql =
        "(cast(@Match as uuid[]) is null or revision = any (cast(@Match as uuid[]))) and revision <> all (cast(@NoneMatch as uuid[]))";

    public bool HasMatch => _match is not null;

    /// <summary>For <see cref="Sql"/>: the revisions of which the row must have one; null where any will do.</summary>
    public string? Match => _match is null or { IsAny: true } ? null : ToArray(_match.Revisions(strong: true));

    /// <summary>For <see cref="Sql"/>: the revisions of which the row must have none; null where it must not be there.</summary>
    public string? NoneMatch => _noneMatch switch
    {
        null => ToArray([]),
        { IsAny: true } => null,
        _ => ToArray(_noneMatch.Revisions(strong: false)),
    };

    /// <summary>Reads the headers; one that cannot be read is a mistake, not an absent one, or a write would go unchecked.</summary>
    public static Preconditions Read(IHeaderDictionary headers, Mistakes mistakes) => new(
        ReadOne(headers.IfMatch, HeaderNames.IfMatch, mistakes), ReadOne(headers.IfNoneMatch, HeaderNames.IfNoneMatch, mistakes));

    /// <summary>What a reader is answered instead of the row: 412, 304, or none where it gets the row.</summary>
    public int? AnswerReader(Guid revision)
    {
        if (_match is { IsAny: false } && !_match.Revisions(strong: true).Contains(revision))
            return StatusCodes.Status412PreconditionFailed;
        return _noneMatch is not null && (_noneMatch.IsAny || _noneMatch.Revisions(strong: false).Contains(revision))
            ? StatusCodes.Status304NotModified
            : null;
    }

    public static ProblemHttpResult Failed() => TypedResults.Problem(
        "The document is not at the revision you asked for. Read it again, and repeat your change on what is there.",
        statusCode: StatusCodes.Status412PreconditionFailed);

    public static ProblemHttpResult Required() => TypedResults.Problem(
        "Send 'If-Match' with the ETag of the document as you read it, so that nobody's change is lost.",
        statusCode: StatusCodes.Status428PreconditionRequired);

    static TagList? ReadOne(StringValues header, string name, Mistakes mistakes)
    {
        if (header.Count == 0)
            return null;
        if (!TagList.TryParse(header, out var list))
            mistakes.Add(name, $"Give * alone, or at most {TagList.MaxTags} entity tags, each in double quotes as ETag shows it.");
        return list;
    }

    /// <summary>Written as PostgreSQL writes arrays: Dapper would spread a real one over parameters.</summary>
    static string ToArray(Guid[] revisions) => $"{{{string.Join(',', revisions)}}}";
}
