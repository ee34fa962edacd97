namespace Tenancy.Conformance;

/// <summary>How wild it is.</summary>
public sealed record ChaosOptions
{
    public required int Operations { get; init; }

    public required int Seed { get; init; }

    public int Workers { get; init; } = 32;

    /// <summary>Whether backends are killed meanwhile.</summary>
    public bool Kills { get; init; } = true;

    /// <summary>Whether the first thing that is wrong ends it.</summary>
    public bool StopsAtFirst { get; init; }

    public ChaosApplication Application { get; init; } = new();
}

/// <summary>What came of it.</summary>
/// <param name="Wrong">Operations that saw a foreign row, missed one of their own, or were refused as if they had no tenant.</param>
/// <param name="First">Where the first of them was, and what it was; none where there was none.</param>
/// <param name="Ended">How operations ended, and how many of them.</param>
/// <param name="Killed">Backends that were killed.</param>
public sealed record ChaosResult(int Wrong, (int Operation, string What)? First, IReadOnlyDictionary<string, int> Ended, int Killed);
