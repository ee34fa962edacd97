using System.Data.Common;

namespace Tenancy;

/// <summary>Fills the tables of a tenant.</summary>
internal static class SentinelRows
{
    public static async Task InsertAsync(
        TenantConnection connection, TestTenant tenant, IsolationSuiteOptions options, CancellationToken cancellationToken)
    {
        foreach (var table in tenant.Tables)
        {
            for (var row = 1; row <= options.Rows; row++)
                await InsertAsync(connection, tenant, table, row, options, cancellationToken).ConfigureAwait(false);
        }
    }

    static async Task InsertAsync(
        TenantConnection connection, TestTenant tenant, IsolatedTable table, int row, IsolationSuiteOptions options, CancellationToken cancellationToken)
    {
        var (names, values, command) = (new List<string>(), new List<string>(), connection.CreateCommand());
        await using (command.ConfigureAwait(false))
        {
            foreach (var column in table.Columns)
            {
                var value = options.Value(new SentinelColumn(table.Name, column.Name, column.Type, row, tenant.Sentinel))
                    ?? await ValueAsync(connection, tenant, table, column, row, cancellationToken).ConfigureAwait(false);
                if (value is null)
                    continue;
                var parameter = command.CreateParameter();
                parameter.Value = value;
                command.Parameters.Add(parameter);
                names.Add(SqlIdentifier.Quote(column.Name));
                values.Add($"${names.Count}::text::{column.Type}");
            }

            command.CommandText = names.Count == 0
                ? $"insert into {table.Plain} default values"
                : $"insert into {table.Plain} ({string.Join(", ", names)}) overriding system value values ({string.Join(", ", values)})";
            try
            {
                await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (DbException e)
            {
                throw new SentinelException(
                    $"Row {row} of {table.Name} could not be made up ({e.Message}). Give what is missing with IsolationSuiteOptions.Value.", e);
            }
        }
    }

    static async Task<string?> ValueAsync(
        TenantConnection connection, TestTenant tenant, IsolatedTable table, IsolatedColumn column, int row, CancellationToken cancellationToken)
    {
        if (table.References.FirstOrDefault(reference => reference.Column == column.Name) is not { } reference)
            return SentinelValues.Make(column, row, tenant.Sentinel);
        // A row may refer to itself, or to one that comes later in a ring: to nothing, then, where that is allowed.
        if (!column.IsRequired && reference.Table == table.Name)
            return null;
        if (tenant.Tables.FirstOrDefault(other => other.Name == reference.Table && other.Schema == reference.Schema) is { } target)
        {
            return !column.IsRequired && IndexOf(tenant, target) > IndexOf(tenant, table)
                ? null
                : await ValueAsync(connection, tenant, target, target.Columns.First(other => other.Name == reference.Target), row, cancellationToken).ConfigureAwait(false);
        }

        return await SharedAsync(connection, reference, row, cancellationToken).ConfigureAwait(false);
    }

    static int IndexOf(TestTenant tenant, IsolatedTable table) => tenant.Tables.ToList().IndexOf(table);

    /// <summary>A value of a table that all tenants share; what it has is used in turn.</summary>
    static async Task<string?> SharedAsync(TenantConnection connection, Reference reference, int row, CancellationToken cancellationToken)
    {
        var command = connection.CreateCommand();
        await using (command.ConfigureAwait(false))
        {
            var (column, table) = (SqlIdentifier.Quote(reference.Target), $"{SqlIdentifier.Quote(reference.Schema)}.{SqlIdentifier.Quote(reference.Table)}");
            command.CommandText = $"select {column}::text from {table} order by 1 offset {row - 1} % greatest((select count(*) from {table}), 1) limit 1";
            return (string?)await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
