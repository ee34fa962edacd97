using Npgsql;

namespace Tenancy;

/// <summary>
/// Keeps closed connections of the driver for reuse. They are handles, without a session; with them come the batch that
/// the driver caches on each, and the price of a finalizer is paid once.
/// </summary>
internal sealed class HandleCache(NpgsqlDataSource connections)
{
    const int Capacity = 32;

    readonly NpgsqlConnection?[] _kept = new NpgsqlConnection?[Capacity];

    public NpgsqlConnection Take()
    {
        foreach (ref var slot in _kept.AsSpan())
        {
            if (slot is not null && Interlocked.Exchange(ref slot, null) is { } kept)
                return kept;
        }

        return connections.CreateConnection();
    }

    /// <summary>Keeps a handle that is closed; any other is left to the garbage collector.</summary>
    public void Keep(NpgsqlConnection handle)
    {
        if (handle.State != System.Data.ConnectionState.Closed)
            return;
        foreach (ref var slot in _kept.AsSpan())
        {
            if (slot is null && Interlocked.CompareExchange(ref slot, handle, null) is null)
                return;
        }
    }
}
