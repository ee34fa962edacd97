using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Tenancy;

/// <summary>
/// Reads a configuration section and notes every mistake instead of stopping at the first: a value of the wrong type, a
/// key that means nothing. The framework's binder stops at the first and ignores the second.
/// </summary>
internal sealed class SectionReader(IConfigurationSection section, List<string> mistakes)
{
    readonly HashSet<string> _known = new(StringComparer.OrdinalIgnoreCase);

    public string Path => section.Path;

    public string? Text(string key) => Take(key).Value;

    public int? Integer(string key) => Parsed<int>(key, "Give a whole number.", static text =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : null);

    public long? Long(string key) => Parsed<long>(key, "Give a whole number.", static text =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : null);

    public bool? Boolean(string key) => Parsed<bool>(key, "Give true or false.", static text =>
        bool.TryParse(text, out var value) ? value : null);

    public TimeSpan? Time(string key) => Parsed<TimeSpan>(key, "Give a time such as 00:00:30.", static text =>
        TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out var value) ? value : null);

    public T? Choice<T>(string key) where T : struct, Enum => Parsed<T>(
        key, "Give one of: " + string.Join(", ", Enum.GetNames<T>().Select(name => name.ToLowerInvariant())) + ".",
        // Enum.TryParse would also take a number, and a list of names.
        static text => text.All(char.IsAsciiLetter) && Enum.TryParse<T>(text, ignoreCase: true, out var value) ? value : null);

    /// <summary>The section under a key, or none where the key is absent.</summary>
    public SectionReader? Section(string key)
    {
        var child = Take(key);
        if (child.Value is { Length: > 0 } text)
        {
            mistakes.Add(Mistake.At(child.Path, text, "Give an object."));
            return null;
        }

        return child.Exists() ? new SectionReader(child, mistakes) : null;
    }

    /// <summary>The sections under a key, each with its name.</summary>
    public IEnumerable<(string Name, SectionReader Section)> Sections(string key)
    {
        var parent = Take(key);
        if (parent.Value is { Length: > 0 } text)
            mistakes.Add(Mistake.At(parent.Path, text, "Give an object whose keys are names."));
        foreach (var child in parent.GetChildren())
            yield return (child.Key, new SectionReader(child, mistakes));
    }

    /// <summary>Notes the keys that nothing asked for: most are misspelt.</summary>
    public void NoteUnknown(params ReadOnlySpan<string> ignored)
    {
        foreach (var key in ignored)
            _known.Add(key);
        foreach (var child in section.GetChildren().Where(child => !_known.Contains(child.Key)))
        {
            var known = string.Join(", ", _known.Order(StringComparer.Ordinal));
            mistakes.Add($"{child.Path} is not a known key. Known here: {known}.");
        }
    }

    /// <summary>Notes a mistake that is not of one key.</summary>
    public void Note(string mistake) => mistakes.Add($"{section.Path}: {mistake}");

    IConfigurationSection Take(string key)
    {
        _known.Add(key);
        return section.GetSection(key);
    }

    T? Parsed<T>(string key, string remedy, Func<string, T?> parse) where T : struct
    {
        var child = Take(key);
        if (child.Value is not { } text)
        {
            if (child.Exists())
                mistakes.Add($"{child.Path} is an object or a list. {remedy}");
            return null;
        }

        var value = parse(text);
        if (value is null)
            mistakes.Add(Mistake.At(child.Path, text, remedy));
        return value;
    }
}
