namespace Tenancy;

/// <summary>
/// A column as a stream, for as long as its reader lives. The driver uses its stream again for the next column of the
/// next lease, so that one which was kept would read another tenant's.
/// </summary>
internal sealed class LeasedStream(TenantDataReader reader, Stream column) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => Column.CanSeek;

    public override bool CanWrite => false;

    public override long Length => Column.Length;

    public override long Position
    {
        get => Column.Position;
        set => Seek(value, SeekOrigin.Begin);
    }

    Stream Column
    {
        get
        {
            reader.CheckLease();
            return column;
        }
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        return Read(buffer.AsSpan(offset, count));
    }

    public override int Read(Span<byte> buffer)
    {
        reader.Enter();
        try
        {
            return column.Read(buffer);
        }
        finally
        {
            reader.Leave();
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        return ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        reader.Enter();
        try
        {
            return await column.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await reader.LeaveAsync(async: true).ConfigureAwait(false);
        }
    }

    public override long Seek(long offset, SeekOrigin origin)
    {
        using var reading = reader.Reading();
        return Column.Seek(offset, origin);
    }

    public override void Flush() { }

    public override void SetLength(long value) => throw new NotSupportedException("A column cannot be written to.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("A column cannot be written to.");

    /// <summary>Disposing reads on to the end of the column, which after the lease would be another tenant's.</summary>
    protected override void Dispose(bool disposing)
    {
        if (disposing && reader.TryEnter())
        {
            try
            {
                column.Dispose();
            }
            finally
            {
                reader.Leave();
            }
        }

        base.Dispose(disposing);
    }

    public override async ValueTask DisposeAsync()
    {
        if (reader.TryEnter())
        {
            try
            {
                await column.DisposeAsync().ConfigureAwait(false);
            }
            finally
            {
                await reader.LeaveAsync(async: true).ConfigureAwait(false);
            }
        }

        // Disposes of the column once more, which does nothing.
        await base.DisposeAsync().ConfigureAwait(false);
    }
}
