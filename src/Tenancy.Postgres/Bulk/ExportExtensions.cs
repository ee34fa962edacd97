using System.Buffers;
using System.Text;
using Npgsql;

namespace Tenancy;

/// <summary>Writes the rows of a query out as a file, by COPY … TO STDOUT in the tenant's scope.</summary>
public static class ExportExtensions
{
    const int CharactersAtOnce = 16 * 1024;
    const int BytesAtOnce = 64 * 1024;

    /// <summary>Without a mark at its beginning.</summary>
    static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Writes the rows of a query to a stream.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="query">One query. It takes no parameters, so never put text of a user's into it.</param>
    /// <param name="destination">Gets the bytes; it is not closed.</param>
    /// <param name="format">Default: comma-separated values.</param>
    /// <param name="cancellationToken">Ends it; the destination then holds a part.</param>
    /// <exception cref="StatementRefusedException">It is not one query.</exception>
    /// <exception cref="TenantResultTooLargeException">It has more bytes than the tier allows; the destination holds those.</exception>
    public static Task ExportAsync(
        this TenantConnection connection, string query, Stream destination, ExportFormat format = ExportFormat.Csv,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        return RunAsync(connection, query, format, async (inner, copy, meter, stop) =>
        {
            if (format == ExportFormat.Binary)
            {
                var source = await inner.BeginRawBinaryCopyAsync(copy, stop).ConfigureAwait(false);
                await using (source.ConfigureAwait(false))
                {
                    var cancelling = new CopyCancellation(source.CancelAsync, stop);
                    await using (cancelling.ConfigureAwait(false))
                        await CopyAsync(source, destination, meter).ConfigureAwait(false);
                }

                return;
            }

            var text = new StreamWriter(destination, Utf8, CharactersAtOnce, leaveOpen: true);
            await using (text.ConfigureAwait(false))
                await CopyAsync(inner, copy, text, meter, stop).ConfigureAwait(false);
        }, cancellationToken);
    }

    /// <summary>Writes the rows of a query as text.</summary>
    /// <inheritdoc cref="ExportAsync(TenantConnection, string, Stream, ExportFormat, CancellationToken)"/>
    public static Task ExportAsync(
        this TenantConnection connection, string query, TextWriter destination, ExportFormat format = ExportFormat.Csv,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        if (format == ExportFormat.Binary)
            throw new ArgumentException("The binary format is not text. Give a Stream.", nameof(format));
        return RunAsync(
            connection, query, format, (inner, copy, meter, stop) => CopyAsync(inner, copy, destination, meter, stop), cancellationToken);
    }

    static async Task CopyAsync(NpgsqlRawCopyStream source, Stream destination, ResultMeter? meter)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BytesAtOnce);
        try
        {
            int read;
            while ((read = await source.ReadAsync(buffer, CancellationToken.None).ConfigureAwait(false)) > 0)
            {
                meter?.Add(read);
                if (meter?.IsExceeded == true)
                    await CopyCancellation.CancelAsync(source.CancelAsync).ConfigureAwait(false);
                meter?.ThrowIfExceeded();
                await destination.WriteAsync(buffer.AsMemory(0, read), CancellationToken.None).ConfigureAwait(false);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    static async Task CopyAsync(
        NpgsqlConnection inner, string copy, TextWriter destination, ResultMeter? meter, CancellationToken stop)
    {
        using var source = await inner.BeginTextExportAsync(copy, stop).ConfigureAwait(false);
        var buffer = ArrayPool<char>.Shared.Rent(CharactersAtOnce);
        try
        {
            var cancelling = new CopyCancellation(source.CancelAsync, stop);
            await using var _ = cancelling.ConfigureAwait(false);
            int read;
            while ((read = await source.ReadAsync(buffer.AsMemory(), CancellationToken.None).ConfigureAwait(false)) > 0)
            {
                meter?.Add(Utf8.GetByteCount(buffer, 0, read));
                if (meter?.IsExceeded == true)
                    await CopyCancellation.CancelAsync(source.CancelAsync).ConfigureAwait(false);
                meter?.ThrowIfExceeded();
                await destination.WriteAsync(buffer.AsMemory(0, read), stop).ConfigureAwait(false);
            }
        }
        finally
        {
            ArrayPool<char>.Shared.Return(buffer);
        }
    }

    /// <summary>
    /// The driver sends COPY as a message of its own, so the scope is executed first, in the transaction there is or one
    /// that ends with the copy.
    /// </summary>
    static async Task RunAsync(
        TenantConnection connection, string query, ExportFormat format, Func<NpgsqlConnection, string, ResultMeter?, CancellationToken, Task> copy,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentException.ThrowIfNullOrWhiteSpace(query);
        StatementGuard.CheckQuery(query);
        _ = connection.CheckedInner();
        var (own, work) = await OwnTransaction.BeginAsync(connection, commits: true, async: true, cancellationToken).ConfigureAwait(false);
        await using var left = work.ConfigureAwait(false);
        var inner = work.Session.Connection;
        using var scope = new ScopedBatch(connection, work, null);
        try
        {
            await scope.Batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            // On lines of its own: a comment at its end must not swallow what follows.
            await copy(
                inner, $"copy (\n{query}\n) to stdout (format {Options(format)})", ResultMeter.Of(scope.Limits), scope.StopWith(cancellationToken))
                .ConfigureAwait(false);
            if (own is not null)
                await own.EndAsync(async: true).ConfigureAwait(false);
            connection.Acknowledge();
        }
        catch (Exception e)
        {
            ScopedExecution.Observe(connection, scope, e);
            await OwnTransaction.AbandonAsync(own, async: true).ConfigureAwait(false);
            if (cancellationToken.IsCancellationRequested && e is NpgsqlException and not TenantResultTooLargeException or OperationCanceledException)
                throw new OperationCanceledException("The export was cancelled.", e, cancellationToken);
            scope.ThrowIfLimited(e);
            throw;
        }
    }

    static string Options(ExportFormat format) => format switch
    {
        ExportFormat.Csv => "csv",
        ExportFormat.CsvWithHeader => "csv, header",
        ExportFormat.Text => "text",
        ExportFormat.Binary => "binary",
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "Give a format of ExportFormat."),
    };
}
