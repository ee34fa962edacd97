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

/// <summary>What a call's end says of its server.</summary>
internal enum CallOutcome
{
    /// <summary>The server did its work.</summary>
    Served,

    /// <summary>It failed at this document, which says nothing of the next one.</summary>
    Rejected,

    /// <summary>It says nothing: the caller gave up, or it was never used.</summary>
    Unused,

    /// <summary>The caller gave up, and the server was not or cannot be told.</summary>
    Abandoned,

    /// <summary>It failed.</summary>
    Failed,

    /// <summary>It gave no answer in time, and may still be at it.</summary>
    Late,

    /// <summary>There is no connection to it.</summary>
    Unreachable,
}
