using System.Diagnostics;

namespace Tenancy.Benchmarks;

/// <summary>
/// Runs variants of one operation in turn, round after round, so that whatever disturbs the machine disturbs all of
/// them. Only ratios within a round are compared.
/// </summary>
internal sealed class Alternation(IReadOnlyDictionary<string, Func<Random, Task>> variants, int clients)
{
    readonly Dictionary<string, List<double>> _cpu = variants.Keys.ToDictionary(name => name, _ => new List<double>());
    readonly Dictionary<string, List<double>> _bytes = variants.Keys.ToDictionary(name => name, _ => new List<double>());
    readonly Dictionary<string, List<double>> _rates = variants.Keys.ToDictionary(name => name, _ => new List<double>());

    /// <summary>Operations per second of a variant, one for each round.</summary>
    public IReadOnlyList<double> Rates(string variant) => _rates[variant];

    /// <summary>Microseconds of this process's processor time for each operation: the client's part, less noisy than time.</summary>
    public double Processor(string variant) => Spread.Of(_cpu[variant]).Median;

    /// <summary>Bytes that this process allocated for each operation.</summary>
    public double Allocated(string variant) => Spread.Of(_bytes[variant]).Median;

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
                var (rate, cpu, bytes) = await MeasureAsync(variants[name], slice, round);
                if (round < 0)
                    continue;
                _rates[name].Add(rate);
                _cpu[name].Add(cpu);
                _bytes[name].Add(bytes);
            }
        }
    }

    async Task<(double Rate, double Cpu, double Bytes)> MeasureAsync(Func<Random, Task> operation, TimeSpan slice, int seed)
    {
        GC.Collect();
        var (cpu, bytes) = (Environment.CpuUsage.TotalTime, GC.GetTotalAllocatedBytes());
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
        var total = (double)counts.Sum();
        return (total / clock.Elapsed.TotalSeconds, (Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds / total,
            (GC.GetTotalAllocatedBytes() - bytes) / total);
    }
}
