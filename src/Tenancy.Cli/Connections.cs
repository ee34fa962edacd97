using Npgsql;

namespace Tenancy.Cli;

/// <summary>The databases that a command was given. No message shows more of a connection string than a key.</summary>
static class Connections
{
    /// <summary>Names a connection string where the command line names none.</summary>
    public const string Variable = "TENANCY_CONNECTION";

    /// <exception cref="CommandException">None is given, or one cannot be read.</exception>
    public static IReadOnlyList<string> Read(IReadOnlyList<string> given, Surroundings surroundings)
    {
        if (given.Count == 0)
        {
            given = surroundings.Variable(Variable) is { Length: > 0 } fallback
                ? [fallback]
                : throw new CommandException($"No database is named. Give --connection \"Host=…;Database=…;Username=…\", or set {Variable}.");
        }

        return [.. given.Select(Parse)];
    }

    static string Parse(string text)
    {
        NpgsqlConnectionStringBuilder settings;
        try
        {
            settings = new NpgsqlConnectionStringBuilder(text);
        }
        catch (Exception e) when (e is ArgumentException or FormatException or KeyNotFoundException)
        {
            // Not the driver's message: it may quote the text, and with it a password.
            throw new CommandException("The connection is not one that Npgsql can read. Give \"Host=…;Database=…;Username=…\".");
        }

        foreach (var (key, value) in (ReadOnlySpan<(string, string?)>)[("Host", settings.Host), ("Database", settings.Database)])
        {
            if (string.IsNullOrEmpty(value))
                throw new CommandException($"The connection has no {key}. Add {key}=….");
        }

        // The linter's own settings, so that what it finds does not depend on the caller's.
        settings.ApplicationName ??= "tenancy lint";
        return settings.ConnectionString;
    }
}
