using System.Collections;
using System.Data.Common;
using Npgsql;

namespace Tenancy;

// The columns of a row. The driver has a whole row, unless it is streamed (SequentialAccess): then a column is read from the
// server, and whoever reads it is at work.
public sealed partial class TenantDataReader
{
    /// <inheritdoc/>
    public override object this[int ordinal] => GetValue(ordinal);

    /// <inheritdoc/>
    public override object this[string name] => this[GetOrdinal(name)];

    /// <inheritdoc/>
    public override bool GetBoolean(int ordinal) =>
        IsStreamed ? Streamed(ordinal, static (rows, at) => rows.GetBoolean(at)) : Rows.GetBoolean(ordinal);

    /// <inheritdoc/>
    public override byte GetByte(int ordinal) =>
        IsStreamed ? Streamed(ordinal, static (rows, at) => rows.GetByte(at)) : Rows.GetByte(ordinal);

    /// <inheritdoc/>
    public override long GetBytes(int ordinal, long dataOffset, byte[]? buffer, int bufferOffset, int length)
    {
        using var reading = Reading();
        return RowsAt(ordinal).GetBytes(ordinal, dataOffset, buffer, bufferOffset, length);
    }

    /// <inheritdoc/>
    public override char GetChar(int ordinal) =>
        IsStreamed ? Streamed(ordinal, static (rows, at) => rows.GetChar(at)) : Rows.GetChar(ordinal);

    /// <inheritdoc/>
    public override long GetChars(int ordinal, long dataOffset, char[]? buffer, int bufferOffset, int length)
    {
        using var reading = Reading();
        return RowsAt(ordinal).GetChars(ordinal, dataOffset, buffer, bufferOffset, length);
    }

    /// <inheritdoc/>
    public override string GetDataTypeName(int ordinal) => Rows.GetDataTypeName(ordinal);

    /// <inheritdoc/>
    public override DateTime GetDateTime(int ordinal) =>
        IsStreamed ? Streamed(ordinal, static (rows, at) => rows.GetDateTime(at)) : Rows.GetDateTime(ordinal);

    /// <inheritdoc/>
    public override decimal GetDecimal(int ordinal) =>
        IsStreamed ? Streamed(ordinal, static (rows, at) => rows.GetDecimal(at)) : Rows.GetDecimal(ordinal);

    /// <inheritdoc/>
    public override double GetDouble(int ordinal) =>
        IsStreamed ? Streamed(ordinal, static (rows, at) => rows.GetDouble(at)) : Rows.GetDouble(ordinal);

    /// <inheritdoc/>
    public override IEnumerator GetEnumerator() => new DbEnumerator(this);

    /// <inheritdoc/>
    [System.Diagnostics.CodeAnalysis.UnconditionalSuppressMessage("Trimming", "IL2093", Justification = "As the driver declares it.")]
    public override Type GetFieldType(int ordinal) => Rows.GetFieldType(ordinal);

    /// <inheritdoc/>
    public override T GetFieldValue<T>(int ordinal) => Leased(
        IsStreamed ? Streamed(ordinal, static (rows, at) => rows.GetFieldValue<T>(at)) : Rows.GetFieldValue<T>(ordinal));

    /// <inheritdoc/>
    public override Task<T> GetFieldValueAsync<T>(int ordinal, CancellationToken cancellationToken)
    {
        if (!IsStreamed)
            return ReadFieldAsync<T>(ordinal, cancellationToken);
        Enter();
        return WorkAsync(ReadFieldAsync<T>(ordinal, cancellationToken));
    }

    /// <inheritdoc/>
    public override float GetFloat(int ordinal) =>
        IsStreamed ? Streamed(ordinal, static (rows, at) => rows.GetFloat(at)) : Rows.GetFloat(ordinal);

    /// <inheritdoc/>
    public override Guid GetGuid(int ordinal) =>
        IsStreamed ? Streamed(ordinal, static (rows, at) => rows.GetGuid(at)) : Rows.GetGuid(ordinal);

    /// <inheritdoc/>
    public override short GetInt16(int ordinal) =>
        IsStreamed ? Streamed(ordinal, static (rows, at) => rows.GetInt16(at)) : Rows.GetInt16(ordinal);

    /// <inheritdoc/>
    public override int GetInt32(int ordinal) =>
        IsStreamed ? Streamed(ordinal, static (rows, at) => rows.GetInt32(at)) : Rows.GetInt32(ordinal);

    /// <inheritdoc/>
    public override long GetInt64(int ordinal) =>
        IsStreamed ? Streamed(ordinal, static (rows, at) => rows.GetInt64(at)) : Rows.GetInt64(ordinal);

    /// <inheritdoc/>
    public override string GetName(int ordinal) => Rows.GetName(ordinal);

    /// <inheritdoc/>
    public override int GetOrdinal(string name) => Rows.GetOrdinal(name);

    /// <inheritdoc/>
    public override Stream GetStream(int ordinal) => new LeasedStream(
        this, IsStreamed ? Streamed(ordinal, static (rows, at) => rows.GetStream(at)) : Rows.GetStream(ordinal));

    /// <inheritdoc/>
    public override string GetString(int ordinal) =>
        IsStreamed ? Streamed(ordinal, static (rows, at) => rows.GetString(at)) : Rows.GetString(ordinal);

    /// <inheritdoc/>
    public override TextReader GetTextReader(int ordinal) => new LeasedTextReader(
        this, IsStreamed ? Streamed(ordinal, static (rows, at) => rows.GetTextReader(at)) : Rows.GetTextReader(ordinal));

    /// <inheritdoc/>
    public override object GetValue(int ordinal) =>
        IsStreamed ? Streamed(ordinal, static (rows, at) => rows.GetValue(at)) : Rows.GetValue(ordinal);

    /// <inheritdoc/>
    public override int GetValues(object[] values) => IsStreamed ? GetValuesInTurn(values) : Rows.GetValues(values);

    /// <inheritdoc/>
    public override bool IsDBNull(int ordinal) =>
        IsStreamed ? Streamed(ordinal, static (rows, at) => rows.IsDBNull(at)) : Rows.IsDBNull(ordinal);

    /// <inheritdoc/>
    public override Task<bool> IsDBNullAsync(int ordinal, CancellationToken cancellationToken)
    {
        if (!IsStreamed)
            return Rows.IsDBNullAsync(ordinal, cancellationToken);
        Enter();
        return WorkAsync(IsNullAsync(ordinal, cancellationToken));
    }

    T Streamed<T>(int ordinal, Func<NpgsqlDataReader, int, T> read)
    {
        Enter();
        try
        {
            return read(RowsAt(ordinal), ordinal);
        }
        finally
        {
            Leave();
        }
    }

    async Task<T> ReadFieldAsync<T>(int ordinal, CancellationToken cancellationToken) =>
        Leased(await (await RowsAtAsync(ordinal, cancellationToken).ConfigureAwait(false)).GetFieldValueAsync<T>(ordinal, cancellationToken).ConfigureAwait(false));

    async Task<bool> IsNullAsync(int ordinal, CancellationToken cancellationToken) =>
        await (await RowsAtAsync(ordinal, cancellationToken).ConfigureAwait(false)).IsDBNullAsync(ordinal, cancellationToken).ConfigureAwait(false);

    /// <summary>Streams are the driver's own and are used again; any other value is the caller's.</summary>
    T Leased<T>(T value) => value switch
    {
        Stream stream => (T)(object)new LeasedStream(this, stream),
        TextReader text => (T)(object)new LeasedTextReader(this, text),
        _ => value,
    };
}
