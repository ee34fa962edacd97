using System.Buffers;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Tenancy.PoolSizing;

/// <summary>One direction of a wire: what is read is under way for the delay, and much can be under way at once.</summary>
internal sealed class DelayedStream(DelayLine line)
{
    const int Piece = 1 << 16;

    // 64 MB: what 10 Gbit/s put on a wire in 50 ms.
    readonly Channel<(byte[] Buffer, int Count, Task Arrival)> _wire =
        Channel.CreateBounded<(byte[], int, Task)>(new BoundedChannelOptions(1024) { SingleReader = true, SingleWriter = true });

    /// <summary>Copies until one side ends.</summary>
    public async Task CopyAsync(NetworkStream from, NetworkStream to, CancellationToken stop)
    {
        var delivering = DeliverAsync(to, stop);
        try
        {
            while (true)
            {
                var buffer = ArrayPool<byte>.Shared.Rent(Piece);
                var count = await from.ReadAsync(buffer, stop);
                if (count == 0)
                    return;
                await _wire.Writer.WriteAsync((buffer, count, line.PassAsync()), stop);
            }
        }
        finally
        {
            // What is under way still arrives.
            _wire.Writer.Complete();
            await delivering;
        }
    }

    async Task DeliverAsync(NetworkStream to, CancellationToken stop)
    {
        await foreach (var (buffer, count, arrival) in _wire.Reader.ReadAllAsync(stop))
        {
            await arrival.WaitAsync(stop);
            await to.WriteAsync(buffer.AsMemory(0, count), stop);
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
