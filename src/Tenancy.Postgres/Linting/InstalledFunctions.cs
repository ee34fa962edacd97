using System.Text.RegularExpressions;

namespace Tenancy;

/// <summary>The PL/pgSQL functions that the installation makes, read from its script, to compare with those in a database.</summary>
internal static partial class InstalledFunctions
{
    static readonly Match[] Found = [.. Function().Matches(SqlScript.Load("tenancy.sql"))
        // What is filled in when it is installed cannot be compared.
        .Where(static match => !match.Groups["body"].ValueSpan.Contains('{'))];

    /// <summary>The names; one for each body, so that overloads have several.</summary>
    public static string[] Names { get; } = [.. Found.Select(static match => match.Groups["name"].Value)];

    public static string[] Bodies { get; } = [.. Found.Select(static match => match.Groups["body"].Value)];

    /// <summary>Which of them run with the rights of their owner.</summary>
    public static bool[] Definers { get; } =
        [.. Found.Select(static match => match.Groups["head"].Value.Contains("security definer", StringComparison.Ordinal))];

    [GeneratedRegex(@"function tenancy\.(?<name>\w+)(?<head>\([^$;]*) as \$(?<tag>\w+)\$(?<body>.*?)\$\k<tag>\$", RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Function();
}
