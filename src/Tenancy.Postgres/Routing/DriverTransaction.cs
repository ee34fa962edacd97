using Npgsql;

namespace Tenancy;

/// <summary>Ends transactions of the driver's, and hears it where the server refuses.</summary>
/// <remarks>
/// Disposing of one in Npgsql 10.0.0 keeps silent when its ROLLBACK fails, since only a broken connection could be why. But
/// the tier's timeout and a late cancellation end a ROLLBACK too, on a connection that works: the transaction is still there
/// then, and whoever got the session next would find himself inside it.
/// </remarks>
internal static class DriverTransaction
{
    /// <summary>Rolls back; once more where the ROLLBACK itself was cancelled, as nothing is left to do in what failed by that.</summary>
    public static async Task RollBackAsync(NpgsqlTransaction transaction, bool async, CancellationToken cancellationToken)
    {
        try
        {
            await SendAsync(transaction, async, cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.QueryCanceled && !cancellationToken.IsCancellationRequested)
        {
            await SendAsync(transaction, async, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Ends what may have been committed or rolled back already. It never fails: the session is given up where it is not
    /// certain that the transaction is over, and an error that led here is on its way to the caller.
    /// </summary>
    public static async Task EndAsync(Session session, NpgsqlTransaction transaction, bool async)
    {
        try
        {
            await RollBackAsync(transaction, async, CancellationToken.None).ConfigureAwait(false);
        }
        catch (InvalidOperationException)
        {
            // It is over, or went with its session.
        }
        catch (Exception e) when (e is NpgsqlException or OperationCanceledException or IOException)
        {
            session.Spoil();
        }

        // Closes what is still being read in it, and is silent otherwise.
        if (async)
            await transaction.DisposeAsync().ConfigureAwait(false);
        else
            transaction.Dispose();
    }

    static Task SendAsync(NpgsqlTransaction transaction, bool async, CancellationToken cancellationToken)
    {
        if (async)
            return transaction.RollbackAsync(cancellationToken);
        transaction.Rollback();
        return Task.CompletedTask;
    }
}
