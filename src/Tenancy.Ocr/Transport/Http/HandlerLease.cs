namespace Tenancy.Transport;

/// <summary>One call's hold on a handler.</summary>
internal sealed class HandlerLease(HandlerTurn turn, HandlerTurn.Handler handler) : IDisposable
{
    int _returned;

    public HttpMessageInvoker Invoker => handler.Invoker;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _returned, 1) == 0)
            turn.Return(handler);
    }
}
