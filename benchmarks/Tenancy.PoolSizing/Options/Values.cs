using System.Globalization;

namespace Tenancy.PoolSizing;

/// <summary>Numbers and times as people write them.</summary>
internal static class Values
{
    static readonly (string Name, TimeSpan Length)[] Units =
    [
        // Longest names first: "ms" ends with "s".
        ("us", TimeSpan.FromMicroseconds(1)),
        ("ms", TimeSpan.FromMilliseconds(1)),
        ("s", TimeSpan.FromSeconds(1)),
    ];

    public static Func<string, double?> Number(double least, double most) => text =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most
            ? value
            : null;

    public static Func<string, TimeSpan?> Time(TimeSpan least, TimeSpan most) => text =>
    {
        foreach (var (name, length) in Units)
        {
            if (text.EndsWith(name, StringComparison.Ordinal) && Number(0, most / length)(text[..^name.Length]) is { } value)
                return value * length is var time && time >= least ? time : null;
        }

        return text == "0" && least == TimeSpan.Zero ? TimeSpan.Zero : null;
    };

    /// <summary>A time as one would write it in an option.</summary>
    public static string Show(TimeSpan time) => time switch
    {
        { Ticks: 0 } => "0",
        _ when time < TimeSpan.FromMilliseconds(1) => Text(time.TotalMicroseconds) + "us",
        _ when time < TimeSpan.FromSeconds(1) => Text(time.TotalMilliseconds) + "ms",
        _ => Text(time.TotalSeconds) + "s",
    };

    static string Text(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}
