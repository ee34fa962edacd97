using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Storage;

namespace Tenancy;

/// <summary>A transaction of a context's. Savepoints go through the driver, with EF Core's events around them.</summary>
internal sealed class TenantRelationalTransaction(
    IRelationalConnection connection, DbTransaction transaction, Guid transactionId,
    IDiagnosticsLogger<DbLoggerCategory.Database.Transaction> logger, bool transactionOwned, ISqlGenerationHelper sql)
    : RelationalTransaction(connection, transaction, transactionId, logger, transactionOwned, sql)
{
    readonly DbTransaction _transaction = transaction;

    public override void CreateSavepoint(string name) => Observed("CreateSavepoint", start =>
    {
        if (!Logger.CreatingTransactionSavepoint(Connection, _transaction, TransactionId, start).IsSuppressed)
            _transaction.Save(name);
        Logger.CreatedTransactionSavepoint(Connection, _transaction, TransactionId, start);
    });

    public override Task CreateSavepointAsync(string name, CancellationToken cancellationToken = default) =>
        ObservedAsync("CreateSavepoint", async start =>
        {
            var answer = await Logger.CreatingTransactionSavepointAsync(Connection, _transaction, TransactionId, start, cancellationToken)
                .ConfigureAwait(false);
            if (!answer.IsSuppressed)
                await _transaction.SaveAsync(name, cancellationToken).ConfigureAwait(false);
            await Logger.CreatedTransactionSavepointAsync(Connection, _transaction, TransactionId, start, cancellationToken)
                .ConfigureAwait(false);
        });

    public override void RollbackToSavepoint(string name) => Observed("RollbackToSavepoint", start =>
    {
        if (!Logger.RollingBackToTransactionSavepoint(Connection, _transaction, TransactionId, start).IsSuppressed)
            _transaction.Rollback(name);
        Logger.RolledBackToTransactionSavepoint(Connection, _transaction, TransactionId, start);
    });

    public override Task RollbackToSavepointAsync(string name, CancellationToken cancellationToken = default) =>
        ObservedAsync("RollbackToSavepoint", async start =>
        {
            var answer = await Logger
                .RollingBackToTransactionSavepointAsync(Connection, _transaction, TransactionId, start, cancellationToken)
                .ConfigureAwait(false);
            if (!answer.IsSuppressed)
                await _transaction.RollbackAsync(name, cancellationToken).ConfigureAwait(false);
            await Logger.RolledBackToTransactionSavepointAsync(Connection, _transaction, TransactionId, start, cancellationToken)
                .ConfigureAwait(false);
        });

    public override void ReleaseSavepoint(string name) => Observed("ReleaseSavepoint", start =>
    {
        if (!Logger.ReleasingTransactionSavepoint(Connection, _transaction, TransactionId, start).IsSuppressed)
            _transaction.Release(name);
        Logger.ReleasedTransactionSavepoint(Connection, _transaction, TransactionId, start);
    });

    public override Task ReleaseSavepointAsync(string name, CancellationToken cancellationToken = default) =>
        ObservedAsync("ReleaseSavepoint", async start =>
        {
            var answer = await Logger.ReleasingTransactionSavepointAsync(Connection, _transaction, TransactionId, start, cancellationToken)
                .ConfigureAwait(false);
            if (!answer.IsSuppressed)
                await _transaction.ReleaseAsync(name, cancellationToken).ConfigureAwait(false);
            await Logger.ReleasedTransactionSavepointAsync(Connection, _transaction, TransactionId, start, cancellationToken)
                .ConfigureAwait(false);
        });

    void Observed(string action, Action<DateTimeOffset> work)
    {
        var start = TimeProvider.System.GetUtcNow();
        try
        {
            work(start);
        }
        catch (Exception e)
        {
            Logger.TransactionError(
                Connection, _transaction, TransactionId, action, e, start, TimeProvider.System.GetUtcNow() - start);
            throw;
        }
    }

    async Task ObservedAsync(string action, Func<DateTimeOffset, Task> work)
    {
        var start = TimeProvider.System.GetUtcNow();
        try
        {
            await work(start).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            await Logger.TransactionErrorAsync(
                Connection, _transaction, TransactionId, action, e, start, TimeProvider.System.GetUtcNow() - start, CancellationToken.None)
                .ConfigureAwait(false);
            throw;
        }
    }
}
