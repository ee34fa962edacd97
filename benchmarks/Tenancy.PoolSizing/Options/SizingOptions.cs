namespace Tenancy.PoolSizing;

/// <summary>What to sweep, on what, and where to write. Made by <see cref="OptionParser"/>, which checks it.</summary>
internal sealed record SizingOptions
{
    /// <summary>When the measuring of a quick run ends, so that the rest ends within 60 s.</summary>
    static readonly TimeSpan QuickEnd = TimeSpan.FromSeconds(45);

    static readonly TimeSpan ShortestPoint = TimeSpan.FromMilliseconds(200);

    /// <summary>A superuser's connection string; none where a server of its own is started.</summary>
    public string? Connection { get; init; }

    /// <summary>Connections that the tenants' pools may hold, in rising order.</summary>
    public IReadOnlyList<int> Budgets { get; init; } = [2, 4, 8, 16, 32, 64];

    public IReadOnlyList<LoadLevel> Loads { get; init; } = [LoadLevel.Clients(8), LoadLevel.Clients(32)];

    public IReadOnlyList<int> Tenants { get; init; } = [40];

    public IReadOnlyList<FleetKind> Isolations { get; init; } = [FleetKind.Row, FleetKind.Schema, FleetKind.Database];

    public WorkMix Work { get; init; } = WorkMix.Point;

    /// <summary>Zipf's exponent.</summary>
    public double Skew { get; init; } = 1;

    /// <summary>Network latency, each way.</summary>
    public TimeSpan Delay { get; init; }

    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(2);

    public TimeSpan WarmUp { get; init; } = TimeSpan.FromMilliseconds(500);

    public int Rounds { get; init; } = 3;

    public TimeSpan? TargetP99 { get; init; }

    public string Output { get; init; } = "pool-sizing";

    public bool IsQuick { get; init; }

    /// <summary>The defaults of <c>--quick</c>.</summary>
    public static SizingOptions Quick { get; } = new()
    {
        IsQuick = true,
        Budgets = [2, 4, 8, 16],
        Loads = [LoadLevel.Clients(16)],
        Tenants = [12],
        Duration = TimeSpan.FromSeconds(1),
        WarmUp = TimeSpan.FromMilliseconds(300),
        Rounds = 1,
    };

    /// <summary>Measurements in all rounds.</summary>
    public int Measurements => Budgets.Count * Loads.Count * Tenants.Count * Isolations.Count * Rounds;

    /// <summary>What the measuring takes, preparations not counted.</summary>
    public TimeSpan MeasuringTime => Measurements * (Duration + WarmUp);

    /// <summary>The same with shorter points, where preparations on a slow machine took what a quick run has.</summary>
    public SizingOptions After(TimeSpan preparations)
    {
        var each = (QuickEnd - preparations) / Measurements - WarmUp;
        return !IsQuick || each >= Duration ? this : this with { Duration = each > ShortestPoint ? each : ShortestPoint };
    }
}
