using Npgsql;
using Tenancy.TestKit;

namespace Tenancy.Benchmarks;

/// <summary>What a tenant does to its own rows, well or badly; every row that comes back is checked.</summary>
internal static class ChaosOperations
{
    /// <summary>Each tenant's rows: the same ids for all, marked with the tenant's slug.</summary>
    public const int Rows = 20;

    /// <summary>Does one thing of many, and returns how many foreign rows it saw.</summary>
    public static async Task<int> RunAsync(Deployment deployment, Tenant tenant, Random random)
    {
        using var patience = new CancellationTokenSource(random.Next(10) == 0 ? TimeSpan.FromMilliseconds(random.Next(1, 20)) : TimeSpan.FromSeconds(30));
        await using var connection = await deployment.Data.OpenConnectionAsync(patience.Token);
        switch (random.Next(6))
        {
            case 0:
                await using (var transaction = await connection.BeginTransactionAsync(patience.Token))
                {
                    var seen = await ReadAsync(connection, tenant, Rows, patience.Token);
                    await ExecuteAsync(connection, $"update notes set size = size + 1 where id = {random.Next(Rows)}", patience.Token);
                    if (random.Next(2) == 0)
                        await transaction.CommitAsync(patience.Token);
                    // Else it is abandoned, and rolled back when the connection is returned.
                    return seen;
                }

            case 1:
                await ExecuteAsync(connection, "select pg_sleep(0.005)", patience.Token);
                return await ReadAsync(connection, tenant, Rows, patience.Token);
            case 2:
                // A reader that is left open.
                return await ReadAsync(connection, tenant, random.Next(Rows), patience.Token);
            case 3:
                await using (var batch = connection.CreateBatch())
                {
                    batch.BatchCommands.Add("select mark from notes");
                    batch.BatchCommands.Add("select mark from notes where id = 1");
                    await using var reader = await batch.ExecuteReaderAsync(patience.Token);
                    var seen = 0;
                    do
                    {
                        while (await reader.ReadAsync(patience.Token))
                            seen += reader.GetString(0) == tenant.Slug.Value ? 0 : 1;
                    }
                    while (await reader.NextResultAsync(patience.Token));
                    return seen;
                }

            case 4:
                // An error, and what comes after it on the same connection.
                try
                {
                    await ExecuteAsync(connection, "select 1 / (id - id) from notes", patience.Token);
                }
                catch (PostgresException)
                {
                    // As meant.
                }

                return await ReadAsync(connection, tenant, Rows, patience.Token);
            default:
                return await ReadAsync(connection, tenant, Rows, patience.Token);
        }
    }

    /// <summary>Reads so many rows at most; a tenant has Rows of them, no more and no less.</summary>
    static async Task<int> ReadAsync(TenantConnection connection, Tenant tenant, int most, CancellationToken stop)
    {
        var command = connection.CreateCommand();
        command.CommandText = "select id, mark from notes order by id";
        var reader = await command.ExecuteReaderAsync(stop);
        var (foreign, seen) = (0, 0);
        while (seen < most && await reader.ReadAsync(stop))
            foreign += reader.GetString(1) == tenant.Slug.Value && reader.GetInt64(0) == seen++ ? 0 : 1;
        if (most < Rows)
            return foreign;
        if (await reader.ReadAsync(stop))
            foreign++;
        await reader.DisposeAsync();
        return foreign;
    }

    static async Task ExecuteAsync(TenantConnection connection, string statement, CancellationToken stop)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = statement;
        await command.ExecuteNonQueryAsync(stop);
    }

    /// <summary>Makes a tenant with its rows.</summary>
    public static async Task<Tenant> FillAsync(Deployment deployment, TenantIsolation isolation)
    {
        var tenant = await deployment.CreateAsync(isolation);
        using var scope = deployment.Tenants.Enter(tenant);
        await using var connection = await deployment.Data.OpenConnectionAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "insert into notes (id, mark) select n, $1 from generate_series(0, $2) as n";
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = tenant.Slug.Value });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Rows - 1 });
        await command.ExecuteNonQueryAsync();
        return tenant;
    }
}
