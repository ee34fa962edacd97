using Microsoft.AspNetCore.Http.HttpResults;

namespace Inbox.Problems;

/// <summary>Collects what is wrong with the members of a body, so that all of it is said at once.</summary>
sealed class Mistakes
{
    readonly Dictionary<string, string[]> _byMember = [];

    public bool Any => _byMember.Count > 0;

    public void Add(string member, string mistake) =>
        _byMember[member] = [.. _byMember.GetValueOrDefault(member, []), mistake];

    /// <summary>Checks a text: there, not blank, not too long, and without the one character PostgreSQL cannot store.</summary>
    public void CheckText(string member, string? text, int maxLength, bool mayBeEmpty = false)
    {
        if (text is null || (!mayBeEmpty && string.IsNullOrWhiteSpace(text)))
            Add(member, mayBeEmpty ? "Give a text." : "Give a text that is not blank.");
        else if (text.Length > maxLength)
            Add(member, $"Give at most {maxLength} characters; these are {text.Length}.");
        else if (text.Contains('\0'))
            Add(member, "The character U+0000 cannot be stored.");
    }

    public ValidationProblem ToProblem() => TypedResults.ValidationProblem(_byMember);
}
