namespace Tenancy;

/// <summary>Keeps scoped batches for reuse, so that a command does not allocate the driver's objects again.</summary>
internal sealed class ScopedBatchCache
{
    const int Capacity = 32;

    readonly ScopedBatch?[] _kept = new ScopedBatch?[Capacity];

    public ScopedBatch Rent()
    {
        for (var i = 0; i < _kept.Length; i++)
        {
            if (_kept[i] is not null && Interlocked.Exchange(ref _kept[i], null) is { } batch)
                return batch;
        }

        return new ScopedBatch();
    }

    public void Return(ScopedBatch batch)
    {
        batch.Clear();
        for (var i = 0; i < _kept.Length; i++)
        {
            if (_kept[i] is null && Interlocked.CompareExchange(ref _kept[i], batch, null) is null)
                return;
        }
    }
}
