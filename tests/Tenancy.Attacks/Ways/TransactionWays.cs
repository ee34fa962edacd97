using System.Transactions;

namespace Tenancy.Attacks;

static class TransactionWays
{
    const string Mistake = "select 1 / 0";

    public static readonly Way[] All =
    [
        new("a transaction", sending => InTransactionAsync(sending, async (connection, _) => await SeeAsync(connection, sending))),
        new("a transaction, committed after", sending => InTransactionAsync(sending, async (connection, transaction) =>
        {
            await SeeAsync(connection, sending);
            await transaction.CommitAsync();
            await SeeAsync(connection, sending);
        })),
        new("a savepoint", sending => InTransactionAsync(sending, async (connection, transaction) =>
        {
            await transaction.SaveAsync("here");
            await SeeAsync(connection, sending);
        })),
        new("after a rollback to a savepoint", sending => InTransactionAsync(sending, async (connection, transaction) =>
        {
            // The savepoint is the first thing of the transaction: a scope that was set once would be gone.
            await transaction.SaveAsync("here");
            await ExecuteAsync(connection, "select 1");
            await transaction.RollbackAsync("here");
            await SeeAsync(connection, sending);
        })),
        new("after a mistake and a rollback to a savepoint", sending => InTransactionAsync(sending, async (connection, transaction) =>
        {
            await transaction.SaveAsync("here");
            await Assert.ThrowsAsync<PostgresException>(() => ExecuteAsync(connection, Mistake));
            await transaction.RollbackAsync("here");
            await SeeAsync(connection, sending);
        })),
        new("after the attack, on the same connection", async sending =>
        {
            await using var connection = await sending.Arena.OpenAsync();
            try
            {
                await SeeAsync(connection, sending);
            }
            finally
            {
                if (connection.State == ConnectionState.Open)
                    await SeeAsync(connection, new Sending(sending.Arena, $"select {Prey.Row} from notes"), sending);
            }
        }),
        new("a transaction scope", async sending =>
        {
            using var ambient = new TransactionScope(TransactionScopeAsyncFlowOption.Enabled);
            await using var connection = await sending.Arena.OpenAsync();
            await SeeAsync(connection, sending);
            ambient.Complete();
        }),
        new("a serializable transaction", async sending =>
        {
            await using var connection = await sending.Arena.OpenAsync();
            await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.Serializable);
            await SeeAsync(connection, sending);
        }),
    ];

    static async Task InTransactionAsync(Sending sending, Func<TenantConnection, DbTransaction, Task> work)
    {
        await using var connection = await sending.Arena.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await work(connection, transaction);
    }

    static async Task ExecuteAsync(TenantConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    static Task SeeAsync(TenantConnection connection, Sending sending) => SeeAsync(connection, sending, sending);

    static async Task SeeAsync(TenantConnection connection, Sending sending, Sending into)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sending.Sql;
        await using var reader = await command.ExecuteReaderAsync();
        await into.SeeAllAsync(reader);
    }
}
