namespace Tenancy;

/// <summary>
/// How long a server that cannot be reached is left alone: from 100 ms, doubled each time up to 10 s, with jitter (after
/// gRPC's connection-backoff.md, with shorter times, since there are other servers).
/// </summary>
internal sealed class ConnectBackoff
{
    const double FirstMilliseconds = 100;
    const double MostMilliseconds = 10_000;
    const double Jitter = 0.2;

    int _failures;

    public DateTimeOffset Until { get; private set; }

    public void Failed(DateTimeOffset now)
    {
        var delay = Math.Min(MostMilliseconds, FirstMilliseconds * Math.Pow(2, Math.Min(_failures++, 20)));
        Until = now + TimeSpan.FromMilliseconds(delay * (1 - Jitter + 2 * Jitter * Random.Shared.NextDouble()));
    }

    public void Succeeded() => (_failures, Until) = (0, default);
}
