namespace Tenancy;

/// <summary>A call's hold on a server.</summary>
internal sealed class EndpointLease(EndpointPool pool, OcrEndpoint endpoint, PoolShare share, int charged, long since)
{
    int _ended;

    public OcrEndpoint Endpoint { get; } = endpoint;

    public PoolShare Share { get; } = share;

    /// <summary>The pages that the tenant was charged.</summary>
    public int Charged { get; } = charged;

    public long Since { get; } = since;

    /// <summary>Gives the server back.</summary>
    /// <param name="outcome">How the call ended.</param>
    /// <param name="pages">The pages that were read.</param>
    public void End(CallOutcome outcome, int pages)
    {
        if (Interlocked.Exchange(ref _ended, 1) == 0)
            pool.End(this, outcome, pages);
    }
}
