using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore.Update;
using Npgsql.EntityFrameworkCore.PostgreSQL.Update.Internal;

namespace Tenancy;

/// <summary>
/// The statements of a SaveChanges in one message behind the tenant's scope. Reads generated values and row counts from a
/// tenant's reader: a stale update is one that changed no row.
/// </summary>
internal sealed class TenantModificationCommandBatch(
    ModificationCommandBatchFactoryDependencies dependencies, GeneratedCommandBuilder builder, int maxBatchSize)
    : NpgsqlModificationCommandBatch(dependencies, maxBatchSize)
{
    protected override void AddCommand(IReadOnlyModificationCommand modificationCommand)
    {
        base.AddCommand(modificationCommand);
        builder.EndStatement(SqlBuilder.Length);
    }

    protected override void RollbackLastCommand(IReadOnlyModificationCommand modificationCommand)
    {
        base.RollbackLastCommand(modificationCommand);
        builder.TakeBackStatement();
    }

    protected override void Consume(RelationalDataReader reader) =>
        ConsumeAsync(reader, async: false, CancellationToken.None).GetAwaiter().GetResult();

    protected override Task ConsumeAsync(RelationalDataReader reader, CancellationToken cancellationToken = default) =>
        ConsumeAsync(reader, async: true, cancellationToken);

    async Task ConsumeAsync(RelationalDataReader reader, bool async, CancellationToken cancellationToken)
    {
        var rows = (TenantDataReader)reader.DbDataReader;
        var index = 0;
        try
        {
            for (; index < ModificationCommands.Count; index++)
            {
                if (!ResultSetMappings[index].HasFlag(ResultSetMapping.HasResultRow))
                {
                    if (rows.RowsChangedBy(index) != 1)
                        await StaleAsync(reader, index, async, cancellationToken).ConfigureAwait(false);
                    continue;
                }

                if (async ? await reader.ReadAsync(cancellationToken).ConfigureAwait(false) : reader.Read())
                    ModificationCommands[index].PropagateResults(reader);
                else
                    await StaleAsync(reader, index, async, cancellationToken).ConfigureAwait(false);
                _ = async ? await rows.NextResultAsync(cancellationToken).ConfigureAwait(false) : rows.NextResult();
            }
        }
        catch (Exception e) when (e is not DbUpdateException and not OperationCanceledException)
        {
            // A trigger's error comes after its statement; behind the last one it can only be that one's.
            var entries = ModificationCommands[Math.Min(index, ModificationCommands.Count - 1)].Entries;
            throw new DbUpdateException(RelationalStrings.UpdateStoreException, e, entries);
        }
    }

    /// <summary>Throws, unless an interceptor of the application's says not to.</summary>
    async Task StaleAsync(RelationalDataReader reader, int index, bool async, CancellationToken cancellationToken)
    {
        if (async)
            await ThrowAggregateUpdateConcurrencyExceptionAsync(reader, index, 1, 0, cancellationToken).ConfigureAwait(false);
        else
            ThrowAggregateUpdateConcurrencyException(reader, index, 1, 0);
    }
}
