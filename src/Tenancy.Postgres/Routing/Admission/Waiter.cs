namespace Tenancy;

/// <summary>One who waits for a connection: granted an idle one, or the right to open one.</summary>
internal sealed class Waiter(SessionPool pool, TenantShare share)
    : TaskCompletionSource<Session?>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    readonly long _since = pool.Budget.Time.GetTimestamp();

    public SessionPool Pool { get; } = pool;

    public TenantShare Share { get; } = share;

    public TimeSpan Waited => Pool.Budget.Time.GetElapsedTime(_since);

    /// <summary>What the tenant was charged at the grant.</summary>
    public long Charge { get; set; }

    /// <summary>Guarded by the budget's lock.</summary>
    public bool IsDecided { get; set; }
}
