using System.Globalization;

namespace Inbox.Commands;

/// <summary>Options of the form <c>--name value</c>. A command takes those it knows; what is left over is a mistake.</summary>
sealed class CommandOptions
{
    readonly List<(string Name, string Value)> _options = [];

    public static CommandOptions Parse(string[] arguments)
    {
        var options = new CommandOptions();
        for (var i = 0; i < arguments.Length; i += 2)
        {
            if (arguments[i] is not ['-', '-', _, ..] || i + 1 == arguments.Length)
                throw new CommandException($"'{arguments[i]}' is not understood. Options are pairs: --name value.");
            options._options.Add((arguments[i], arguments[i + 1]));
        }

        return options;
    }

    public IReadOnlyList<string> TakeAll(string name)
    {
        string[] values = [.. _options.Where(option => option.Name == name).Select(option => option.Value)];
        _options.RemoveAll(option => option.Name == name);
        return values;
    }

    public string? Take(string name) => TakeAll(name) switch
    {
        [] => null,
        [var value] => value,
        _ => throw new CommandException($"{name} is given more than once."),
    };

    public string Require(string name) => Take(name) ?? throw new CommandException($"{name} is missing.");

    /// <summary>A time such as 90s, 30m or 12h.</summary>
    public TimeSpan? TakeTime(string name)
    {
        if (Take(name) is not { } text)
            return null;
        if (text is [.. var digits, var unit] &&
            int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= 100_000)
        {
            switch (unit)
            {
                case 's': return TimeSpan.FromSeconds(number);
                case 'm': return TimeSpan.FromMinutes(number);
                case 'h': return TimeSpan.FromHours(number);
            }
        }

        throw new CommandException($"{name} is '{text}'. Give a time such as 90s, 30m or 12h.");
    }

    public void RefuseOthers()
    {
        if (_options is [var (name, _), ..])
            throw new CommandException($"{name} is not an option of this command.");
    }
}
