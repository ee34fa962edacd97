namespace Tenancy.Attacks;

static class CommandWays
{
    /// <summary>More often than the driver waits before it prepares a statement by itself.</summary>
    const int UntilPrepared = 6;

    public static readonly Way[] All =
    [
        new("a command", sending => WithAsync(sending, async command =>
        {
            await using var reader = await command.ExecuteReaderAsync();
            await sending.SeeAllAsync(reader);
        })),
        new("a command, synchronous", sending => WithAsync(sending, command =>
        {
            using var reader = command.ExecuteReader();
            sending.SeeAll(reader);
            return Task.CompletedTask;
        })),
        new("a named parameter", "@value", sending => WithAsync(sending, async command =>
        {
            command.Parameters.Add(Way.Value("value"));
            await using var reader = await command.ExecuteReaderAsync();
            await sending.SeeAllAsync(reader);
        })),
        new("a positional parameter", "$1", sending => WithAsync(sending, async command =>
        {
            command.Parameters.Add(Way.Value());
            await using var reader = await command.ExecuteReaderAsync();
            await sending.SeeAllAsync(reader);
        })),
        new("a scalar", sending => WithAsync(sending, async command => sending.See(await command.ExecuteScalarAsync()))),
        new("a scalar, synchronous", sending => WithAsync(sending, command =>
        {
            sending.See(command.ExecuteScalar());
            return Task.CompletedTask;
        })),
        new("a command without rows", sending => WithAsync(sending, async command => sending.See(await command.ExecuteNonQueryAsync()))),
        new("a prepared command, synchronous", sending => WithAsync(sending, command =>
        {
            command.Prepare();
            using var reader = command.ExecuteReader();
            sending.SeeAll(reader);
            return Task.CompletedTask;
        })),
        new("a command that is prepared by being repeated", "$1", sending => WithAsync(sending, async command =>
        {
            command.Parameters.Add(Way.Value());
            await command.PrepareAsync();
            for (var i = 0; i < UntilPrepared; i++)
            {
                await using var reader = await command.ExecuteReaderAsync();
                await sending.SeeAllAsync(reader);
            }
        })),
        new("a command of the data source's", async sending =>
        {
            await using var command = sending.Arena.Data.CreateCommand(sending.Sql);
            await using var reader = await command.ExecuteReaderAsync();
            await sending.SeeAllAsync(reader);
        }),
        new("a command of the data source's, synchronous", sending =>
        {
            using var command = sending.Arena.Data.CreateCommand(sending.Sql);
            using var reader = command.ExecuteReader();
            sending.SeeAll(reader);
            return Task.CompletedTask;
        }),
    ];

    public static async Task WithAsync(Sending sending, Func<TenantCommand, Task> work)
    {
        await using var connection = await sending.Arena.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sending.Sql;
        await work(command);
    }
}
