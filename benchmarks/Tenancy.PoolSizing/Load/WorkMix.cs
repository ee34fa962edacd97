using System.Globalization;

namespace Tenancy.PoolSizing;

/// <summary>Kinds of requests by weight.</summary>
internal sealed class WorkMix
{
    static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(10);

    readonly (Work Work, double Weight)[] _parts;
    readonly double _sum;

    WorkMix((Work, double)[] parts)
    {
        _parts = parts;
        _sum = _parts.Sum(part => part.Weight);
    }

    public static WorkMix Point { get; } = new([(new PointRead(), 1)]);

    /// <summary>Reads <c>point=8,page=2,sleep:10ms=1</c>; none where it cannot be read.</summary>
    public static WorkMix? Parse(string text)
    {
        var parts = text.Split(',', StringSplitOptions.TrimEntries).Select(ParsePart).ToArray();
        return parts.All(part => part is not null) ? new WorkMix([.. parts.Select(part => part!.Value)]) : null;
    }

    public Work Next(Random random)
    {
        var at = random.NextDouble() * _sum;
        foreach (var (work, weight) in _parts)
        {
            if ((at -= weight) < 0)
                return work;
        }

        return _parts[^1].Work;
    }

    public override string ToString() => _parts is [var only]
        ? only.Work.Name
        : string.Join(',', _parts.Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Work.Name}={part.Weight:0.###}")));

    static (Work, double)? ParsePart(string text)
    {
        var (name, weight) = text.Split('=') switch
        {
            [var alone] => (alone, 1),
            [var named, var number] => (named, Values.Number(0.001, 1_000_000)(number)),
            _ => ("", null),
        };
        Work? work = name switch
        {
            "point" => new PointRead(),
            "page" => new PageRead(),
            _ when name.StartsWith("sleep:", StringComparison.Ordinal)
                && Values.Time(TimeSpan.FromMicroseconds(1), LongestSleep)(name["sleep:".Length..]) is { } time => new Sleep(time),
            _ => null,
        };
        return work is not null && weight is { } heavy ? (work, heavy) : null;
    }
}
