using System.Globalization;
using System.Text.RegularExpressions;

namespace Tenancy;

/// <summary>The SQL that we install and run, as files of their own; <c>{name}</c> stands for a quoted value.</summary>
internal static partial class SqlScript
{
    /// <summary>The version of the tenancy schema that this library needs.</summary>
    public const int TenancyVersion = 5;

    /// <summary>Parts that stand in several scripts.</summary>
    static readonly string[] Parts = ["guarded-functions", "attestation", "scope-limits", "slots", "signing", "enter-signed", "may-enter", "scope-view", "set-limits", "isolate", "shared", "erase"];

    /// <summary>Reads a script, with the parts it names put in.</summary>
    public static string Load(string file)
    {
        using var stream = typeof(SqlScript).Assembly.GetManifestResourceStream(file)
            ?? throw new InvalidOperationException($"The script {file} is not embedded.");
        using var reader = new StreamReader(stream);
        var script = reader.ReadToEnd();
        foreach (var part in Parts)
        {
            var slot = "{" + part.Replace('-', '_') + "}";
            if (script.Contains(slot, StringComparison.Ordinal))
                script = script.Replace(slot, Load(part + ".sql"), StringComparison.Ordinal);
        }

        return script;
    }

    /// <summary>Where an application's names are looked for: never in <c>public</c>.</summary>
    public static string SearchPath(string applicationSchema) => $"{applicationSchema}, extensions, pg_temp";

    /// <summary>Puts values, already quoted, into a script.</summary>
    /// <exception cref="InvalidOperationException">A placeholder is left without a value.</exception>
    public static string Fill(string script, params ReadOnlySpan<(string Name, string Value)> values)
    {
        var known = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["version"] = TenancyVersion.ToString(CultureInfo.InvariantCulture),
            ["owner"] = PostgresRoles.QuotedOwner,
            ["tenants"] = PostgresRoles.QuotedTenants,
            ["owner_literal"] = SqlIdentifier.Literal(PostgresRoles.Owner),
        };
        foreach (var (name, value) in values)
            known[name] = value;
        return Placeholder().Replace(script, match => known.TryGetValue(match.Groups[1].Value, out var value)
            ? value
            : throw new InvalidOperationException($"The script has no value for {match.Value}."));
    }

    [GeneratedRegex(@"\{([a-z_]+)\}")]
    private static partial Regex Placeholder();
}
