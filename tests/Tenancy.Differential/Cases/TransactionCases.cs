using System.Transactions;
using IsolationLevel = System.Data.IsolationLevel;

namespace Tenancy.Differential.Cases;

/// <summary>Transactions, savepoints, and the ambient kind.</summary>
public static class TransactionCases
{
    static readonly IsolationLevel[] Levels =
    [
        IsolationLevel.Unspecified, IsolationLevel.ReadUncommitted, IsolationLevel.ReadCommitted, IsolationLevel.RepeatableRead, IsolationLevel.Serializable, IsolationLevel.Snapshot, IsolationLevel.Chaos,
    ];

    static Task<object?> CountAsync(Session session) => session.ScalarAsync("select count(*) from notes");

    static Task<int> InsertAsync(Session session, long id) => session.ExecuteAsync("insert into notes (id, mark) values ($1, 'in')", id);

    public static IEnumerable<Scenario> All =>
    [
        .. Levels.Select(level => new Scenario($"transaction at level {level}", session => session.TryAsync("begin", async () =>
        {
            await using var transaction = await session.BeginAsync(level);
            session.Note("level", transaction.IsolationLevel);
            session.Note("server's", await session.ScalarAsync("show transaction_isolation"));
            session.Note("connection", ReferenceEquals(transaction.Connection, session.Connection));
            await session.CommitAsync(transaction);
        }))),
        new("commit keeps", async session =>
        {
            await using var transaction = await session.BeginAsync();
            session.Note("rows", await InsertAsync(session, 60));
            await session.CommitAsync(transaction);
            session.Note("count", await CountAsync(session));
        }),
        new("rollback undoes", async session =>
        {
            await using var transaction = await session.BeginAsync();
            await InsertAsync(session, 60);
            await session.RollbackAsync(transaction);
            session.Note("count", await CountAsync(session));
        }),
        new("disposal rolls back", async session =>
        {
            var transaction = await session.BeginAsync();
            await InsertAsync(session, 60);
            if (session.Async)
                await transaction.DisposeAsync();
            else
                transaction.Dispose();
            session.Note("count", await CountAsync(session));
        }),
        new("closing rolls back", async session =>
        {
            await session.BeginAsync();
            await InsertAsync(session, 60);
            await session.Connection.CloseAsync();
            await session.Connection.OpenAsync();
            session.Note("count", await CountAsync(session));
        }),
        new("a transaction that has ended", async session =>
        {
            var transaction = await session.BeginAsync();
            await session.CommitAsync(transaction);
            await session.TryAsync("commit", () => session.CommitAsync(transaction));
            await session.TryAsync("rollback", () => session.RollbackAsync(transaction));
            await session.TryAsync("save", () => transaction.SaveAsync("x"));
            await session.TryAsync("level", () => transaction.IsolationLevel);
            await transaction.DisposeAsync();
            await transaction.DisposeAsync();
        }),
        new("a transaction in a transaction", async session =>
        {
            await using var transaction = await session.BeginAsync();
            await session.TryAsync("second", () => session.BeginAsync());
            session.Note("first", await CountAsync(session));
        }),
        new("a statement after an error in a transaction", async session =>
        {
            await using var transaction = await session.BeginAsync();
            await session.TryAsync("error", () => session.ScalarAsync("select 1 / 0"));
            await session.TryAsync("next", () => session.ScalarAsync("select 1"));
            await session.TryAsync("commit", () => session.CommitAsync(transaction));
            session.Note("after", await CountAsync(session));
        }),
        new("savepoints", async session =>
        {
            await using var transaction = await session.BeginAsync();
            session.Note("supported", transaction.SupportsSavepoints);
            await InsertAsync(session, 60);
            await transaction.SaveAsync("one");
            await InsertAsync(session, 61);
            transaction.Save("two");
            await InsertAsync(session, 62);
            await transaction.RollbackAsync("two");
            session.Note("to two", await CountAsync(session));
            await session.TryAsync("released", () => transaction.ReleaseAsync("one"));
            await session.TryAsync("gone", () => transaction.RollbackAsync("one"));
            await session.RollbackAsync(transaction);
            session.Note("after", await CountAsync(session));
        }),
        new("a savepoint saves from an error", async session =>
        {
            await using var transaction = await session.BeginAsync();
            await InsertAsync(session, 60);
            await transaction.SaveAsync("here");
            await session.TryAsync("error", () => session.ScalarAsync("select 1 / 0"));
            await transaction.RollbackAsync("here");
            session.Note("count", await CountAsync(session));
            await session.CommitAsync(transaction);
            session.Note("after", await CountAsync(session));
        }),
        new("savepoints with odd names", async session =>
        {
            await using var transaction = await session.BeginAsync();
            foreach (var name in new[] { "A b", "x\"y", "é", "", " " })
            {
                await session.TryAsync($"save {name}", () => transaction.SaveAsync(name));
                await session.TryAsync($"release {name}", () => transaction.ReleaseAsync(name));
            }
        }),
        new("an unknown savepoint", async session =>
        {
            await using var transaction = await session.BeginAsync();
            await session.TryAsync("rollback", () => transaction.RollbackAsync("never"));
        }),
        new("a deferred constraint fails the commit", async session =>
        {
            var transaction = await session.BeginAsync();
            session.Note("rows", await session.ExecuteAsync("insert into children (id, note_id) values (9, 4711)"));
            await session.TryAsync("commit", () => session.CommitAsync(transaction));
            await session.TryAsync("again", () => session.CommitAsync(transaction));
            await transaction.DisposeAsync();
            session.Note("after", await session.ScalarAsync("select count(*) from children"));
        }),
        new("two transactions that conflict", async session =>
        {
            await using var other = await session.Source.OpenConnectionAsync();
            await using var one = await session.BeginAsync(IsolationLevel.RepeatableRead);
            session.Note("seen", await CountAsync(session));
            await Session.With(other.CreateCommand(), "update notes set size = 5 where id = 1").ExecuteNonQueryAsync();
            await session.TryAsync("update", async () => await session.ExecuteAsync("update notes set size = 6 where id = 1"));
        }),
        new("a command given its transaction", async session =>
        {
            await using var transaction = await session.BeginAsync();
            var command = session.Command("select 1");
            command.Transaction = transaction;
            session.Note("kept", ReferenceEquals(command.Transaction, transaction));
            session.Note("runs", await session.ScalarAsync(command));
        }),
        new("transaction scope, completed", async session =>
        {
            using (var scope = new TransactionScope(TransactionScopeAsyncFlowOption.Enabled))
            {
                await using var connection = await session.Source.OpenConnectionAsync();
                session.Note("rows", await Session.With(connection.CreateCommand(), "insert into notes (id, mark) values (80, 'x')").ExecuteNonQueryAsync());
                await session.TryAsync("a transaction inside", () => connection.BeginTransactionAsync().AsTask());
                scope.Complete();
            }

            session.Note("count", await CountAsync(session));
        }),
        new("transaction scope, not completed", async session =>
        {
            using (new TransactionScope(TransactionScopeAsyncFlowOption.Enabled))
            {
                await using var connection = await session.Source.OpenConnectionAsync();
                await Session.With(connection.CreateCommand(), "insert into notes (id, mark) values (80, 'x')").ExecuteNonQueryAsync();
            }

            session.Note("count", await CountAsync(session));
        }),
        new("transaction scope, one connection after another", async session =>
        {
            using (var scope = new TransactionScope(TransactionScopeAsyncFlowOption.Enabled))
            {
                for (var id = 80; id < 83; id++)
                {
                    await using var connection = await session.Source.OpenConnectionAsync();
                    await Session.With(connection.CreateCommand(), "insert into notes (id, mark) values ($1, 'x')", (long)id).ExecuteNonQueryAsync();
                    session.Note("seen", await Session.With(connection.CreateCommand(), "select count(*) from notes").ExecuteScalarAsync());
                }

                scope.Complete();
            }

            session.Note("count", await CountAsync(session));
        }),
        new("transaction scope, two connections at once", session => session.TryAsync("second", async () =>
        {
            using var scope = new TransactionScope(TransactionScopeAsyncFlowOption.Enabled);
            await using var first = await session.Source.OpenConnectionAsync();
            await using var second = await session.Source.OpenConnectionAsync();
            await Session.With(second.CreateCommand(), "select 1").ExecuteScalarAsync();
        })),
        new("transaction scope, suppressed", async session =>
        {
            using (new TransactionScope(TransactionScopeAsyncFlowOption.Enabled))
            {
                using var suppressed = new TransactionScope(TransactionScopeOption.Suppress, TransactionScopeAsyncFlowOption.Enabled);
                await using var connection = await session.Source.OpenConnectionAsync();
                await Session.With(connection.CreateCommand(), "insert into notes (id, mark) values (80, 'x')").ExecuteNonQueryAsync();
                suppressed.Complete();
            }

            session.Note("count", await CountAsync(session));
        }),
        new("enlisting by hand", async session =>
        {
            foreach (var commit in new[] { true, false })
            {
                using var transaction = new CommittableTransaction();
                session.Connection.EnlistTransaction(transaction);
                session.Connection.EnlistTransaction(transaction);
                await InsertAsync(session, 80);
                if (commit)
                    transaction.Commit();
                else
                    transaction.Rollback();
                session.Note("count", await CountAsync(session));
                await session.ExecuteAsync("delete from notes where id = 80");
            }

            await session.DoAsync("none", () => session.Connection.EnlistTransaction(null));
        }),
        new("enlisting while in a transaction", async session =>
        {
            await using var local = await session.BeginAsync();
            using var transaction = new CommittableTransaction();
            await session.DoAsync("enlist", () => session.Connection.EnlistTransaction(transaction));
        }),
        new("enlisting in two", async session =>
        {
            using var one = new CommittableTransaction();
            using var two = new CommittableTransaction();
            session.Connection.EnlistTransaction(one);
            await session.DoAsync("second", () => session.Connection.EnlistTransaction(two));
            session.Note("count", await CountAsync(session));
            one.Rollback();
        }),
    ];
}
