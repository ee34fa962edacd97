using Dapper;

namespace Tenancy.Attacks;

static class DapperWays
{
    public static readonly Way[] All =
    [
        new("Dapper's Query", "@value", async sending =>
        {
            await using var connection = await sending.Arena.OpenAsync();
            See(sending, await connection.QueryAsync(sending.Sql, new { value = 0L }));
        }),
        new("Dapper's Query, synchronous and unbuffered", async sending =>
        {
            await using var connection = await sending.Arena.OpenAsync();
            See(sending, connection.Query(sending.Sql, buffered: false));
        }),
        new("Dapper's Execute", async sending =>
        {
            await using var connection = await sending.Arena.OpenAsync();
            sending.See(await connection.ExecuteAsync(sending.Sql));
        }),
        new("Dapper's ExecuteScalar", async sending =>
        {
            await using var connection = await sending.Arena.OpenAsync();
            sending.See(await connection.ExecuteScalarAsync(sending.Sql));
        }),
        new("Dapper's QueryMultiple", async sending =>
        {
            await using var connection = await sending.Arena.OpenAsync();
            await using var results = await connection.QueryMultipleAsync(sending.Sql);
            while (!results.IsConsumed)
                See(sending, await results.ReadAsync());
        }),
        new("Dapper in a transaction", async sending =>
        {
            await using var connection = await sending.Arena.OpenAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            See(sending, await connection.QueryAsync(sending.Sql, transaction: transaction));
        }),
    ];

    static void See(Sending sending, IEnumerable<dynamic> rows)
    {
        foreach (IDictionary<string, object?> row in rows)
            foreach (var value in row.Values)
                sending.See(value);
    }
}
