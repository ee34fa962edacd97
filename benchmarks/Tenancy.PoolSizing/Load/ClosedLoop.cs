using System.Diagnostics;

namespace Tenancy.PoolSizing;

/// <summary>Clients that each wait for an answer before they ask again.</summary>
internal static class ClosedLoop
{
    public static Task RunAsync(Requests requests, int clients, int seed, CancellationToken stop) =>
        Task.WhenAll(Enumerable.Range(0, clients).Select(client => Task.Run(async () =>
        {
            var random = new Random(seed * 10_007 + client);
            while (!requests.Tally.IsClosed)
                await requests.SendAsync(Stopwatch.GetTimestamp(), random, stop);
        }, stop)));
}
