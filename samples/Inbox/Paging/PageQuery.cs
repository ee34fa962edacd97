using System.Globalization;
using Inbox.Problems;
using Microsoft.AspNetCore.Mvc;

namespace Inbox.Paging;

/// <summary>Which page of a list is asked for. Texts, so that a wrong one is answered by its name.</summary>
sealed record PageQuery([FromQuery(Name = "limit")] string? Limit, [FromQuery(Name = "cursor")] string? Cursor)
{
    public const int MaxLimit = 200;
    public const int DefaultLimit = 50;

    /// <summary>Reads the limit and, where a cursor is given, the position it stands for.</summary>
    public (int Limit, byte[]? Position) Read(CursorCodec cursors, CursorScope scope, Mistakes mistakes)
    {
        var limit = DefaultLimit;
        if (Limit is not null && !TryReadLimit(Limit, out limit))
            mistakes.Add("limit", $"Give a whole number from 1 to {MaxLimit}, or leave it out for {DefaultLimit}.");
        byte[]? position = null;
        if (Cursor is not null && !cursors.TryRead(scope, Cursor, out position))
            mistakes.Add("cursor", "This is no cursor of this list in this order. Leave it out to begin at the start.");
        return (limit, position);
    }

    /// <summary>Digits only: the framework's parser overlooks U+0000 behind them.</summary>
    static bool TryReadLimit(string text, out int limit)
    {
        limit = 0;
        return text.All(char.IsAsciiDigit) &&
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit is >= 1 and <= MaxLimit;
    }
}
