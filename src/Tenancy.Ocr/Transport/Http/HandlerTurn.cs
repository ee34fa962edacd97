namespace Tenancy.Transport;

/// <summary>The handler in use, and those before it until their last call has ended.</summary>
internal sealed class HandlerTurn(Func<SocketsHttpHandler> create) : IDisposable
{
    readonly Lock _gate = new();
    Handler? _current;
    bool _disposed;

    public HandlerLease Take()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _current ??= new Handler(create());
            _current.Leases++;
            return new HandlerLease(this, _current);
        }
    }

    public void Rotate()
    {
        lock (_gate)
            Retire();
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            Retire();
        }
    }

    internal void Return(Handler handler)
    {
        lock (_gate)
        {
            if (--handler.Leases == 0 && handler.IsRetired)
                handler.Invoker.Dispose();
        }
    }

    void Retire()
    {
        if (_current is not { } old)
            return;
        _current = null;
        old.IsRetired = true;
        if (old.Leases == 0)
            old.Invoker.Dispose();
    }

    internal sealed class Handler(SocketsHttpHandler handler)
    {
        // Not an HttpClient: no timeout of 100 s, no buffering.
        public HttpMessageInvoker Invoker { get; } = new(handler);

        public int Leases { get; set; }

        public bool IsRetired { get; set; }
    }
}
