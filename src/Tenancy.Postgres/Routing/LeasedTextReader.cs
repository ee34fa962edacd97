namespace Tenancy;

/// <summary>A column as text, for as long as its reader lives; see <see cref="LeasedStream"/>.</summary>
internal sealed class LeasedTextReader(TenantDataReader reader, TextReader column) : TextReader
{
    TextReader Column
    {
        get
        {
            reader.CheckLease();
            return column;
        }
    }

    public override int Peek()
    {
        using var reading = reader.Reading();
        return Column.Peek();
    }

    public override int Read()
    {
        using var reading = reader.Reading();
        return Column.Read();
    }

    public override int Read(char[] buffer, int index, int count) => Read(buffer.AsSpan(index, count));

    public override int Read(Span<char> buffer)
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

    public override Task<int> ReadAsync(char[] buffer, int index, int count) => ReadAsync(buffer.AsMemory(index, count)).AsTask();

    public override async ValueTask<int> ReadAsync(Memory<char> buffer, CancellationToken cancellationToken = default)
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
}
