namespace Tenancy.Attacks;

static class BatchWays
{
    public static readonly Way[] All =
    [
        new("a batch", sending => OnConnectionAsync(sending, async batch =>
        {
            await using var reader = await batch.ExecuteReaderAsync();
            await sending.SeeAllAsync(reader);
        })),
        new("a batch, synchronous", sending => OnConnectionAsync(sending, batch =>
        {
            using var reader = batch.ExecuteReader();
            sending.SeeAll(reader);
            return Task.CompletedTask;
        })),
        new("a batch with a positional parameter", "$1", sending => OnConnectionAsync(sending, async batch =>
        {
            batch.BatchCommands[1].Parameters.Add(Way.Value());
            await using var reader = await batch.ExecuteReaderAsync();
            await sending.SeeAllAsync(reader);
        })),
        new("a prepared batch", sending => OnConnectionAsync(sending, async batch =>
        {
            await batch.PrepareAsync();
            await using var reader = await batch.ExecuteReaderAsync();
            await sending.SeeAllAsync(reader);
        })),
        new("a batch without rows", sending => OnConnectionAsync(sending, async batch => sending.See(await batch.ExecuteNonQueryAsync()))),
        new("a batch of the data source's", async sending =>
        {
            await using var batch = sending.Arena.Data.CreateBatch();
            Fill(batch, sending.Sql);
            await using var reader = await batch.ExecuteReaderAsync();
            await sending.SeeAllAsync(reader);
        }),
    ];

    static async Task OnConnectionAsync(Sending sending, Func<DbBatch, Task> work)
    {
        await using var connection = await sending.Arena.OpenAsync();
        await using DbBatch batch = connection.CreateBatch();
        Fill(batch, sending.Sql);
        await work(batch);
    }

    /// <summary>The text between two statements of the application's, which read what it may have changed.</summary>
    static void Fill(DbBatch batch, string sql)
    {
        foreach (var text in new[] { "select mark from notes", sql, "select mark from notes" })
        {
            var command = batch.CreateBatchCommand();
            command.CommandText = text;
            batch.BatchCommands.Add(command);
        }
    }
}
