using System.Collections;
using System.Data.Common;
using Npgsql;

namespace Tenancy;

// The columns of a row. The driver has a whole row, unless it is streamed (SequentialAccess): then a column is read from the
// server, and whoever reads it is at work. Whoever looks at one that is here is soon done, and waited for.
public sealed partial class TenantDataReader
{
    /// <inheritdoc/>
    public override object this[int ordinal] => GetValue(ordinal);

    /// <inheritdoc/>
    public override object this[string name] => this[GetOrdinal(name)];

    /// <inheritdoc/>
    public override bool GetBoolean(int ordinal) => Get(ordinal, static (rows, at) => rows.GetBoolean(at));

    /// <inheritdoc/>
    public override byte GetByte(int ordinal) => Get(ordinal, static (rows, at) => rows.GetByte(at));

    /// <inheritdoc/>
    public override long GetBytes(int ordinal, long dataOffset, byte[]? buffer, int bufferOffset, int length)
    {
        using var reading = Reading();
        return RowsAt(ordinal).GetBytes(ordinal, dataOffset, buffer, bufferOffset, length);
    }

    /// <inheritdoc/>
    public override char GetChar(int ordinal) => Get(ordinal, static (rows, at) => rows.GetChar(at));

    /// <inheritdoc/>
    public override long GetChars(int ordinal, long dataOffset, char[]? buffer, int bufferOffset, int length)
    {
        using var reading = Reading();
        return RowsAt(ordinal).GetChars(ordinal, dataOffset, buffer, bufferOffset, length);
    }

    /// <inheritdoc/>
    public override string GetDataTypeName(int ordinal) => Look(ordinal, static (rows, at) => rows.GetDataTypeName(at));

    /// <inheritdoc/>
    public override DateTime GetDateTime(int ordinal) => Get(ordinal, static (rows, at) => rows.GetDateTime(at));

    /// <inheritdoc/>
    public override decimal GetDecimal(int ordinal) => Get(ordinal, static (rows, at) => rows.GetDecimal(at));

    /// <inheritdoc/>
    public override double GetDouble(int ordinal) => Get(ordinal, static (rows, at) => rows.GetDouble(at));

    /// <inheritdoc/>
    public override IEnumerator GetEnumerator() => new DbEnumerator(this);

    /// <inheritdoc/>
    [System.Diagnostics.CodeAnalysis.UnconditionalSuppressMessage("Trimming", "IL2093", Justification = "As the driver declares it.")]
    public override Type GetFieldType(int ordinal) => Look(ordinal, static (rows, at) => rows.GetFieldType(at));

    /// <inheritdoc/>
    public override T GetFieldValue<T>(int ordinal) => Leased(
        Get(ordinal, static (rows, at) => rows.GetFieldValue<T>(at)));

    /// <inheritdoc/>
    public override Task<T> GetFieldValueAsync<T>(int ordinal, CancellationToken cancellationToken)
    {
        if (!IsStreamed)
            return ReadFieldAsync<T>(ordinal, cancellationToken);
        Enter();
        return WorkAsync(ReadFieldAsync<T>(ordinal, cancellationToken));
    }

    /// <inheritdoc/>
    public override float GetFloat(int ordinal) => Get(ordinal, static (rows, at) => rows.GetFloat(at));

    /// <inheritdoc/>
    public override Guid GetGuid(int ordinal) => Get(ordinal, static (rows, at) => rows.GetGuid(at));

    /// <inheritdoc/>
    public override short GetInt16(int ordinal) => Get(ordinal, static (rows, at) => rows.GetInt16(at));

    /// <inheritdoc/>
    public override int GetInt32(int ordinal) => Get(ordinal, static (rows, at) => rows.GetInt32(at));

    /// <inheritdoc/>
    public override long GetInt64(int ordinal) => Get(ordinal, static (rows, at) => rows.GetInt64(at));

    /// <inheritdoc/>
    public override string GetName(int ordinal) => Look(ordinal, static (rows, at) => rows.GetName(at));

    /// <inheritdoc/>
    public override int GetOrdinal(string name) => Look(name, static (rows, name) => rows.GetOrdinal(name));

    /// <inheritdoc/>
    public override Stream GetStream(int ordinal) => new LeasedStream(
        this, Get(ordinal, static (rows, at) => rows.GetStream(at)));

    /// <inheritdoc/>
    public override string GetString(int ordinal) => Get(ordinal, static (rows, at) => rows.GetString(at));

    /// <inheritdoc/>
    public override TextReader GetTextReader(int ordinal) => new LeasedTextReader(
        this, Get(ordinal, static (rows, at) => rows.GetTextReader(at)));

    /// <inheritdoc/>
    public override object GetValue(int ordinal) => Get(ordinal, static (rows, at) => rows.GetValue(at));

    /// <inheritdoc/>
    public override int GetValues(object[] values) => IsStreamed ? GetValuesInTurn(values) : Look(values, static (rows, values) => rows.GetValues(values));

    /// <inheritdoc/>
    public override bool IsDBNull(int ordinal) => Get(ordinal, static (rows, at) => rows.IsDBNull(at));

    /// <inheritdoc/>
    public override Task<bool> IsDBNullAsync(int ordinal, CancellationToken cancellationToken)
    {
        if (!IsStreamed)
            return cancellationToken.IsCancellationRequested ? Task.FromCanceled<bool>(cancellationToken) : Task.FromResult(IsDBNull(ordinal));
        Enter();
        return WorkAsync(IsNullAsync(ordinal, cancellationToken));
    }

    T Get<T>(int ordinal, Func<NpgsqlDataReader, int, T> read)
    {
        using var reading = Reading();
        return read(RowsAt(ordinal), ordinal);
    }

    T Look<TKey, T>(TKey key, Func<NpgsqlDataReader, TKey, T> look)
    {
        using var looking = Looking();
        return look(Rows, key);
    }

    async Task<T> ReadFieldAsync<T>(int ordinal, CancellationToken cancellationToken) => !IsStreamed
        ? GetFieldValue<T>(ordinal)
        : Leased(await (await RowsAtAsync(ordinal, cancellationToken).ConfigureAwait(false)).GetFieldValueAsync<T>(ordinal, cancellationToken).ConfigureAwait(false));

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
