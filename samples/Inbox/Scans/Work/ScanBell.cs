namespace Inbox.Scans.Work;

/// <summary>Tells the workers of this process that there is something to read, so that they need not wait until they look.</summary>
sealed class ScanBell : IDisposable
{
    readonly SemaphoreSlim _rung = new(0);

    public void Ring() => _rung.Release();

    /// <summary>Waits for the bell, and no longer than a time.</summary>
    public Task WaitAsync(TimeSpan atMost, CancellationToken stop) => _rung.WaitAsync(atMost, stop);

    public void Dispose() => _rung.Dispose();
}
