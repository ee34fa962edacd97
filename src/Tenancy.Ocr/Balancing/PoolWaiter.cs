namespace Tenancy;

/// <summary>One that waits.</summary>
internal sealed class PoolWaiter(PoolRequest request, PoolShare share)
    : TaskCompletionSource<EndpointLease>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public PoolRequest Request { get; } = request;

    public PoolShare Share { get; } = share;

    /// <summary>Its place, while it has one.</summary>
    public LinkedListNode<PoolWaiter>? Node { get; set; }
}
