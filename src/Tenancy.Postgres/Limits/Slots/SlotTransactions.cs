using System.Data;
using Npgsql;

namespace Tenancy;

/// <summary>
/// Begins transactions that hold one of the tenant's slots, and waits for one while all are taken. Whoever waits keeps its
/// connection: a process holds no more of them for the tenant than there are slots, and its others wait for one of those, in turn.
/// </summary>
internal static class SlotTransactions
{
    /// <summary>Whoever left something in one session may have left it in more.</summary>
    const int MostTries = 4;

    const double FirstPause = 2;
    const double LongestPause = 50;

    /// <summary>Begins one on a tenant's connection, which may lead to another session afterwards, and on which one is at work then.</summary>
    /// <exception cref="TenantConcurrencyException">No slot was free in time.</exception>
    public static async Task<(NpgsqlTransaction Driver, Presence Work)> BeginAsync(
        TenantConnection connection, IsolationLevel level, bool async, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            _ = connection.InnerToBegin();
            var work = connection.Work();
            try
            {
                return (await BeginAsync(work.Session, connection.Route, connection.Form, level, async, cancellationToken).ConfigureAwait(false), work);
            }
            catch (Exception e)
            {
                var reason = e is TenantConcurrencyException ? null : ReasonToReplace(connection, work, e);
                if (tries == MostTries || reason is null)
                {
                    await work.LeaveAsync(async).ConfigureAwait(false);
                    throw;
                }

                await connection.ReplaceAsync(work, reason, null, async, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Begins one on a session.</summary>
    /// <exception cref="TenantConcurrencyException">No slot was free in time.</exception>
    public static async Task<NpgsqlTransaction> BeginAsync(
        Session session, TenantRoute route, ScopeForm form, IsolationLevel level, bool async, CancellationToken cancellationToken)
    {
        var (time, share, lease, ended) = (route.Pool.Budget.Time, route.Share, session.Leases, session.Occupancy.IsEnded);
        var began = time.GetTimestamp();
        for (var tries = 0; ; tries++)
        {
            if (await TryAsync(session, route, form, level, async, cancellationToken).ConfigureAwait(false) is { } transaction)
            {
                if (tries > 0)
                    share.CountWait(time.GetElapsedTime(began).Ticks);
                return transaction;
            }

            share.SlotsWereShort(time);
            var waited = time.GetElapsedTime(began);
            if (route.Pool.Patience != Timeout.InfiniteTimeSpan && waited >= route.Pool.Patience)
            {
                share.CountWait(waited.Ticks);
                throw new TenantConcurrencyException(form.Limits, waited);
            }

            await Patience.PauseAsync(PauseAfter(tries), time, async, cancellationToken).ConfigureAwait(false);
            // By then it may be somebody else's.
            if (session.Leases != lease || session.Share != share || session.Occupancy.IsEnded != ended)
                throw new InvalidOperationException("The connection was closed while its statement waited for one of the tenant's slots.");
        }
    }

    /// <summary>Condemns the connection, and says why another one may do better. Nothing but the scope was sent.</summary>
    static string? ReasonToReplace(TenantConnection connection, Presence work, Exception error)
    {
        var moving = connection.ReasonToMove(error);
        connection.Condemn(work.Tenure);
        work.Session.Unattested(inTransaction: false);
        return !connection.CanReplace ? null
            : moving ?? (error is PostgresException refused ? ScopedBatch.ReasonToRepeatScope(refused) : null);
    }

    /// <summary>Twice as long each time, and never for all the same.</summary>
    static TimeSpan PauseAfter(int tries) =>
        TimeSpan.FromMilliseconds(Math.Min(LongestPause, FirstPause * Math.Pow(2, Math.Min(tries, 10))) * (0.5 + Random.Shared.NextDouble() / 2));

    /// <summary>Begins one that holds a slot; none where no slot was free, and then nothing is left of it.</summary>
    static async Task<NpgsqlTransaction?> TryAsync(
        Session session, TenantRoute route, ScopeForm form, IsolationLevel level, bool async, CancellationToken cancellationToken)
    {
        var inner = session.Connection;
        var transaction = async
            ? await inner.BeginTransactionAsync(level, cancellationToken).ConfigureAwait(false)
            : inner.BeginTransaction(level);
        var holds = false;
        try
        {
            using var ask = new NpgsqlBatch(inner) { BatchCommands = { ScopedBatch.Enter(route, form, session, form.Asking) } };
            holds = async
                ? await AskAsync(ask, cancellationToken).ConfigureAwait(false)
                : Ask(ask);
            return holds ? transaction : null;
        }
        finally
        {
            if (!holds)
                await DriverTransaction.EndAsync(session, transaction, async).ConfigureAwait(false);
        }
    }

    static bool Ask(NpgsqlBatch ask)
    {
        using var reader = ask.ExecuteReader();
        return reader.Read() && reader.GetBoolean(reader.FieldCount - 1);
    }

    static async Task<bool> AskAsync(NpgsqlBatch ask, CancellationToken cancellationToken)
    {
        var reader = await ask.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
            return await reader.ReadAsync(cancellationToken).ConfigureAwait(false) && reader.GetBoolean(reader.FieldCount - 1);
    }
}
