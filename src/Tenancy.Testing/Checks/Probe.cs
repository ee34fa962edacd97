using System.Data.Common;
using System.Globalization;

namespace Tenancy;

/// <summary>Sends statements as a tenant, and keeps what came back, up to an error as well.</summary>
internal static class Probe
{
    static long _sent;

    /// <summary>Everything that a statement shows to whoever sent it: its cells, and the error it ends in.</summary>
    public static async Task<(List<string[]> Rows, DbException? Error)> ReadAsync(
        IsolationSuite suite, TestTenant tenant, string sql, CancellationToken cancellationToken)
    {
        var rows = new List<string[]>();
        using var scope = suite.Context.Enter(tenant.Tenant);
        try
        {
            var connection = await suite.Data.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            await using var _ = connection.ConfigureAwait(false);
            var command = connection.CreateCommand();
            await using var __ = command.ConfigureAwait(false);
            command.CommandText = Once(sql);
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using var ___ = reader.ConfigureAwait(false);
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(
                    i => Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture) ?? "")]);
            }

            return (rows, null);
        }
        catch (DbException e)
        {
            return (rows, e);
        }
    }

    /// <summary>How many rows a statement changes; it is rolled back. None where it is refused.</summary>
    public static async Task<int?> ChangeAsync(IsolationSuite suite, TestTenant tenant, string sql, CancellationToken cancellationToken)
    {
        using var scope = suite.Context.Enter(tenant.Tenant);
        try
        {
            var connection = await suite.Data.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            await using var _ = connection.ConfigureAwait(false);
            var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
            await using var __ = transaction.ConfigureAwait(false);
            var command = connection.CreateCommand();
            await using var ___ = command.ConfigureAwait(false);
            command.CommandText = Once(sql);
            return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (DbException)
        {
            return null;
        }
    }

    /// <summary>
    /// A text that was never sent before: the driver prepares what is repeated, and one that fails while it is prepared, as
    /// attacks do, would be another error the next time.
    /// </summary>
    static string Once(string sql) => string.Create(CultureInfo.InvariantCulture, $"{sql} /* {Interlocked.Increment(ref _sent)} */");
}
