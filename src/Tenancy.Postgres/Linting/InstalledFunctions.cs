using System.Text.RegularExpressions;

namespace Tenancy;

/// <summary>The PL/pgSQL functions that the installation makes, read from its script, to compare with those in a database.</summary>
internal static partial class InstalledFunctions
{
    static readonly Match[] Found = [.. Function().Matches(SqlScript.Load("tenancy.sql"))
        // What is filled in when it is installed cannot be compared.
        .Where(static match => !match.Groups["body"].ValueSpan.Contains('{'))];

    public static string[] Names { get; } = [.. Found.Select(static match => match.Groups["name"].Value)];

    /// <summary>Whether each runs with the rights of its owner.</summary>
    public static bool[] AreDefiners { get; } =
        [.. Found.Select(static match => match.Groups["head"].ValueSpan.Contains("security definer", StringComparison.Ordinal))];

    public static string[] Bodies { get; } = [.. Found.Select(static match => match.Groups["body"].Value)];

    [GeneratedRegex(@"function tenancy\.(?<name>\w+)(?<head>\([^$;]*) as \$(?<tag>\w+)\$(?<body>.*?)\$\k<tag>\$", RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Function();
}
