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

    public override int Peek() => Column.Peek();

    public override int Read() => Column.Read();

    public override int Read(char[] buffer, int index, int count) => Column.Read(buffer, index, count);

    public override int Read(Span<char> buffer) => Column.Read(buffer);

    public override Task<int> ReadAsync(char[] buffer, int index, int count) => Column.ReadAsync(buffer, index, count);

    public override ValueTask<int> ReadAsync(Memory<char> buffer, CancellationToken cancellationToken = default) =>
        Column.ReadAsync(buffer, cancellationToken);

    protected override void Dispose(bool disposing)
    {
        if (disposing && reader.IsLive)
            column.Dispose();
        base.Dispose(disposing);
    }
}
