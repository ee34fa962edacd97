using System.Runtime.ExceptionServices;

namespace Tenancy.Transport;

/// <summary>Ends a call when its time is over or its caller gives up, and tells the two apart.</summary>
internal sealed class CallClock : IDisposable
{
    /// <summary>Timers go no further.</summary>
    static readonly TimeSpan Furthest = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    readonly CancellationToken _caller;
    readonly CancellationTokenSource? _timer;
    readonly CancellationTokenSource? _both;
    readonly TimeSpan? _timeout;

    public CallClock(TimeSpan? timeout, TimeProvider time, CancellationToken caller)
    {
        _caller = caller;
        _timeout = timeout;
        Token = caller;
        if (timeout is not { } left || left <= TimeSpan.Zero || left > Furthest)
            return;
        _timer = new CancellationTokenSource(left, time);
        _both = caller.CanBeCanceled ? CancellationTokenSource.CreateLinkedTokenSource(caller, _timer.Token) : null;
        Token = (_both ?? _timer).Token;
    }

    public CancellationToken Token { get; }

    bool IsLate => _timer?.IsCancellationRequested == true || _timeout <= TimeSpan.Zero;

    public void ThrowIfLate()
    {
        if (IsLate)
            throw Late(null, hadHeaders: false);
    }

    /// <summary>What to tell the caller of an exception that ended the call.</summary>
    public Exception Explain(Exception exception, ExceptionDispatchInfo? callersFailure, bool hadHeaders)
    {
        if (_caller.IsCancellationRequested)
            return new OperationCanceledException(exception.Message, exception, _caller);
        // The server's clock may be a moment ahead of ours, and resets the stream or says CANCELLED.
        if (IsLate && exception is not GrpcException { Failure: GrpcFailure.Status, Code: not GrpcStatusCode.Cancelled })
            return Late(exception, hadHeaders);
        if (callersFailure is not null)
            callersFailure.Throw();
        return exception as GrpcException ?? HttpFailure.Map(exception, hadHeaders);
    }

    public void Dispose()
    {
        _both?.Dispose();
        _timer?.Dispose();
    }

    GrpcException Late(Exception? inner, bool hadHeaders) => new(
        GrpcStatusCode.DeadlineExceeded, $"No answer within {_timeout}.", GrpcFailure.Deadline, inner: inner) { HadHeaders = hadHeaders };
}
