namespace Tenancy.PoolSizing;

/// <summary>Connections from throughput and the time that each request holds one.</summary>
internal static class LittlesLaw
{
    /// <summary>Connections in use on average.</summary>
    /// <param name="throughput">Requests per second.</param>
    /// <param name="hold">Milliseconds that each holds a connection.</param>
    public static double Busy(double throughput, double hold) => throughput * hold / 1000;

    /// <summary>
    /// Connections to have, where so many are in use on average: their root more, so that few wait while requests come at
    /// random (the square-root rule of staffing).
    /// </summary>
    public static int Needed(double busy) => Math.Max(2, (int)Math.Ceiling(Math.Round(busy + Math.Sqrt(busy), 6)));

    /// <summary>Connections for each of N processes that share the load evenly: each needs a root of its own.</summary>
    public static int NeededPerProcess(double busy, int processes) => Needed(busy / processes);
}
