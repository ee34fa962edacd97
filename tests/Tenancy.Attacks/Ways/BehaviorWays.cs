using System.Globalization;

namespace Tenancy.Attacks;

/// <summary>Every flag of CommandBehavior, and what reads through one.</summary>
static class BehaviorWays
{
    public static readonly Way[] All =
    [
        .. new[]
        {
            CommandBehavior.SingleRow, CommandBehavior.SingleResult, CommandBehavior.SequentialAccess, CommandBehavior.CloseConnection,
            CommandBehavior.KeyInfo, CommandBehavior.SchemaOnly, CommandBehavior.SchemaOnly | CommandBehavior.KeyInfo,
        }.Select(behavior => new Way($"a reader of {behavior}", sending => CommandWays.WithAsync(sending, async command =>
        {
            await using var reader = await command.ExecuteReaderAsync(behavior);
            foreach (var column in await reader.GetColumnSchemaAsync())
                sending.See(string.Create(CultureInfo.InvariantCulture, $"{column.BaseSchemaName} {column.BaseTableName} {column.ColumnName}"));
            await sending.SeeAllAsync(reader);
        }))),
        new("an adapter", sending => CommandWays.WithAsync(sending, command =>
        {
            using var adapter = DbProviderFactories.GetFactory(command.Connection!)!.CreateDataAdapter()!;
            adapter.SelectCommand = command;
            using var table = new DataTable { Locale = CultureInfo.InvariantCulture };
            adapter.Fill(table);
            sending.SeeAll(table);
            return Task.CompletedTask;
        })),
        new("a table that is loaded", sending => CommandWays.WithAsync(sending, async command =>
        {
            await using var reader = await command.ExecuteReaderAsync();
            using var table = new DataTable { Locale = CultureInfo.InvariantCulture };
            table.Load(reader);
            sending.SeeAll(table);
        })),
        new("a stream", sending => CommandWays.WithAsync(sending, async command =>
        {
            await using var reader = await command.ExecuteReaderAsync(CommandBehavior.SequentialAccess);
            while (await reader.ReadAsync())
            {
                if (reader.GetFieldType(0) != typeof(string))
                    return;
                using var text = reader.GetTextReader(0);
                sending.See(await text.ReadToEndAsync());
            }
        })),
    ];

    /// <summary>Whether the text is not executed.</summary>
    public static bool OnlyDescribes(Way way) => way.Name.Contains(nameof(CommandBehavior.SchemaOnly), StringComparison.Ordinal);
}
