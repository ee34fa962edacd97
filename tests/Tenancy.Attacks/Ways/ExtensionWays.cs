namespace Tenancy.Attacks;

/// <summary>What the library adds to ADO.NET.</summary>
static class ExtensionWays
{
    public static readonly Way[] All =
    [
        new("an export", async sending =>
        {
            await using var connection = await sending.Arena.OpenAsync();
            using var text = new StringWriter();
            try
            {
                await connection.ExportAsync(sending.Sql, text);
            }
            finally
            {
                sending.See(text.ToString());
            }
        }),
        new("an export in binary form", async sending =>
        {
            await using var connection = await sending.Arena.OpenAsync();
            using var bytes = new MemoryStream();
            try
            {
                await connection.ExportAsync(sending.Sql, bytes, ExportFormat.Binary);
            }
            finally
            {
                sending.See(System.Text.Encoding.Latin1.GetString(bytes.ToArray()));
            }
        }),
        // The guard is off there, so that it takes one statement to a message as a batch of Npgsql's gives.
        new("a lent session, one statement to a message", sending => sending.Arena.Data.UseNpgsqlAsync(async (connection, stop) =>
        {
            await using var batch = new NpgsqlBatch(connection) { BatchCommands = { new(sending.Sql) } };
            await using var reader = await batch.ExecuteReaderAsync(stop);
            await sending.SeeAllAsync(reader);
        })),
    ];

    /// <summary>The ways in which whole statements are stopped by rights alone.</summary>
    public static bool IsUnguarded(Way way) => way.Name.StartsWith("a lent", StringComparison.Ordinal);
}
