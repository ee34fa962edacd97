namespace Tenancy.Cli;

/// <summary>What a command reads from and writes to, other than databases.</summary>
/// <param name="Out">What was asked for.</param>
/// <param name="Error">What went wrong.</param>
/// <param name="IsTerminal">Whether a person reads <paramref name="Out"/>, so that colours and its width matter.</param>
/// <param name="Variable">An environment variable by its name.</param>
sealed record Surroundings(TextWriter Out, TextWriter Error, bool IsTerminal, Func<string, string?> Variable);
