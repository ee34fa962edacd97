using System.Globalization;
using System.Text.RegularExpressions;

namespace Tenancy;

/// <summary>Reads the migrations of a folder.</summary>
internal static partial class MigrationFolder
{
    /// <summary>The files, in order of their versions.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="FormatException">A file is misnamed, or two have the same version.</exception>
    public static IReadOnlyList<Migration> Read(string root, string? directory)
    {
        if (directory is null)
            return [];
        var path = Path.GetFullPath(directory, root);
        if (!Directory.Exists(path))
            throw new DirectoryNotFoundException("There is no such folder below the content root. Create it, and copy it to the output.");

        var migrations = new SortedDictionary<int, Migration>();
        foreach (var file in Directory.EnumerateFiles(path, "*.sql").Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileNameWithoutExtension(file);
            if (FileName().Match(name) is not { Success: true } match)
                throw new FormatException($"The file {name}.sql is misnamed. Name it like 0001_documents.sql.");
            var version = int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
            if (version == 0 || !migrations.TryAdd(version, new Migration(version, match.Groups[2].Value, File.ReadAllText(file))))
                throw new FormatException($"The file {name}.sql has the number of another, or 0. Number them from 0001.");
        }

        return [.. migrations.Values];
    }

    /// <summary>Migrations of several sources, in order of their versions.</summary>
    /// <exception cref="FormatException">Two have the same version.</exception>
    public static IReadOnlyList<Migration> Merge(IReadOnlyList<IReadOnlyList<Migration>> sources)
    {
        var migrations = new SortedDictionary<int, Migration>();
        foreach (var migration in sources.SelectMany(static source => source))
        {
            if (!migrations.TryAdd(migration.Version, migration))
            {
                throw new FormatException(
                    $"The migrations {migrations[migration.Version].Name} and {migration.Name} have the same version. Give one of them another number or time.");
            }
        }

        return [.. migrations.Values];
    }

    [GeneratedRegex(@"\A([0-9]{4})_([a-z0-9_]+)\z")]
    private static partial Regex FileName();
}
