using System.Diagnostics;

namespace Tenancy.Benchmarks;

/// <summary>
/// Runs variants of one operation in turn, round after round, so that whatever disturbs the machine disturbs all of
/// them. Only ratios within a round are compared.
/// </summary>
internal sealed class Alternation(IReadOnlyDictionary<string, Func<Random, Task>> variants, int clients)
{
    readonly Dictionary<string, List<double>> _rates = variants.Keys.ToDictionary(name => name, _ => new List<double>());

    /// <summary>Operations per second of a variant, one for each round.</summary>
    public IReadOnlyList<double> Rates(string variant) => _rates[variant];

    /// <summary>How many times faster one variant was than another, round by round.</summary>
    public Spread Ratio(string of, string to) => Spread.Of(_rates[of].Zip(_rates[to], (one, other) => one / other));

    public async Task RunAsync(int rounds, TimeSpan slice)
    {
        var names = variants.Keys.ToArray();
        // The first round warms up: code, pools and prepared statements.
        for (var round = -1; round < rounds; round++)
        {
            for (var i = 0; i < names.Length; i++)
            {
                var name = names[(i + round + 1) % names.Length];
                var rate = await MeasureAsync(variants[name], slice, round);
                if (round >= 0)
                    _rates[name].Add(rate);
            }
        }
    }

    async Task<double> MeasureAsync(Func<Random, Task> operation, TimeSpan slice, int seed)
    {
        GC.Collect();
        var clock = Stopwatch.StartNew();
        var counts = await Task.WhenAll(Enumerable.Range(0, clients).Select(client => Task.Run(async () =>
        {
            var random = new Random(seed * 1000 + client);
            var count = 0;
            while (clock.Elapsed < slice)
            {
                await operation(random);
                count++;
            }

            return count;
        })));
        return counts.Sum() / clock.Elapsed.TotalSeconds;
    }
}
