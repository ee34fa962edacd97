using System.Diagnostics;

namespace Tenancy.Benchmarks;

/// <summary>Load that does not wait for its answers, and what the slowest of them took.</summary>
internal static class OpenLoop
{
    /// <summary>Begins work at random moments, whether or not what began before has ended.</summary>
    public static async Task RunAsync(int seed, double rate, Stopwatch clock, TimeSpan time, Func<Task> work)
    {
        var random = new Random(seed);
        var next = TimeSpan.Zero;
        var started = new List<Task>();
        while ((next += TimeSpan.FromSeconds(-Math.Log(1 - random.NextDouble()) / rate)) < time)
        {
            if (next > clock.Elapsed)
                await Task.Delay(next - clock.Elapsed);
            started.Add(work());
        }

        await Task.WhenAll(started);
    }

    /// <summary>What ninety-nine of a hundred stayed below.</summary>
    public static double P99(IEnumerable<double> times)
    {
        var sorted = times.Order().ToArray();
        return sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * 0.99))];
    }
}
