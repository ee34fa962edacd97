using System.Text;

namespace Tenancy;

/// <summary>The one place where a name becomes part of a statement.</summary>
internal static class SqlIdentifier
{
    /// <summary>PostgreSQL cuts names at this many bytes, so that two longer ones could become one.</summary>
    public const int MaxBytes = 63;

    /// <summary>A quoted identifier.</summary>
    /// <exception cref="ArgumentException">The name is empty, too long for PostgreSQL, or holds a null character.</exception>
    public static string Quote(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (name.Contains('\0', StringComparison.Ordinal) || Encoding.UTF8.GetByteCount(name) > MaxBytes)
            throw new ArgumentException($"A PostgreSQL name has at most {MaxBytes} bytes and no null character.", nameof(name));
        return "\"" + name.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";
    }

    /// <summary>A string literal, for the few statements that take no parameters (DDL).</summary>
    public static string Literal(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Contains('\0', StringComparison.Ordinal))
            throw new ArgumentException("A PostgreSQL literal has no null character.", nameof(text));
        // With backslashes the E form means the same whatever standard_conforming_strings says.
        var quoted = "'" + text.Replace("'", "''", StringComparison.Ordinal) + "'";
        return text.Contains('\\', StringComparison.Ordinal) ? " E" + quoted.Replace("\\", "\\\\", StringComparison.Ordinal) : quoted;
    }
}
