using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Tenancy.TestKit;

namespace Tenancy.Benchmarks;

/// <summary>Twenty thousand rows of three columns, each time in a transaction that is rolled back.</summary>
internal sealed class BulkInsertBenchmark : IBenchmark
{
    const int Rows = 20_000;

    sealed record Note(long Id, string Mark, int Size);

    static readonly Note[] Notes = [.. Enumerable.Range(0, Rows).Select(n => new Note(n, $"note number {n}", n))];

    public string Name => "bulk";

    public string Summary => "20,000 rows: BulkInsertAsync under each isolation against COPY and an insert each in a batch, in a tenant's own database";

    public async Task RunAsync(Report report, bool quick)
    {
        report.Say($"{Rows:N0} rows of (bigint key, text, integer) in one transaction.");
        await using var deployment = await Deployment.StartAsync(new DeploymentOptions
        {
            Configure = services => services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning)),
        });
        var tenants = new Dictionary<TenantIsolation, Tenant>();
        foreach (var isolation in Enum.GetValues<TenantIsolation>())
            tenants[isolation] = await deployment.CreateAsync(isolation);
        await using var plain = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(PrivateCluster.Administrator)
        {
            Database = tenants[TenantIsolation.Database].Placement.Database, SearchPath = "app",
        });

        var run = new Alternation(new Dictionary<string, Func<Random, Task>>
        {
            ["copy"] = _ => CopyAsync(plain, tenants[TenantIsolation.Database]),
            ["each"] = _ => EachAsync(deployment, tenants[TenantIsolation.Database]),
            ["database"] = _ => BulkAsync(deployment, tenants[TenantIsolation.Database]),
            ["schema"] = _ => BulkAsync(deployment, tenants[TenantIsolation.Schema]),
            ["row"] = _ => BulkAsync(deployment, tenants[TenantIsolation.Row]),
        }, clients: 1);
        await run.RunAsync(quick ? 5 : 11, TimeSpan.FromMilliseconds(quick ? 1000 : 2000));
        foreach (var (variant, how) in new[]
                 {
                     ("copy", "COPY FROM (binary) by plain Npgsql, in the tenant's own database"),
                     ("each", "an insert for each row in DbBatch, 1,000 to a batch, in the tenant's own database"),
                     ("database", "BulkInsertAsync, database isolation"), ("schema", "BulkInsertAsync, schema isolation"), ("row", "BulkInsertAsync, row isolation"),
                 })
        {
            report.Say(string.Create(CultureInfo.InvariantCulture,
                $"  {Spread.Of(run.Rates(variant)).Median * Rows,10:N0} rows/s  {run.Ratio(variant, "copy").Median:0.00} of COPY  {how}"));
        }

        foreach (var variant in new[] { "database", "schema", "row", "each" })
            report.Figure($"bulk.{variant}.vs-copy", run.Ratio(variant, "copy"));
    }

    static async Task CopyAsync(NpgsqlDataSource plain, Tenant tenant)
    {
        await using var connection = await plain.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        // The default of tenant_id reads the scope.
        await using (var enter = new NpgsqlCommand($"select tenancy.enter('{tenant.Id}')", connection))
            await enter.ExecuteNonQueryAsync();
        await using (var copy = await connection.BeginBinaryImportAsync("copy notes (id, mark, size) from stdin (format binary)"))
        {
            foreach (var note in Notes)
            {
                await copy.StartRowAsync();
                await copy.WriteAsync(note.Id);
                await copy.WriteAsync(note.Mark);
                await copy.WriteAsync(note.Size);
            }

            await copy.CompleteAsync();
        }

        await transaction.RollbackAsync();
    }

    static async Task EachAsync(Deployment deployment, Tenant tenant)
    {
        using var scope = deployment.Tenants.Enter(tenant);
        await using var connection = await deployment.Data.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        foreach (var chunk in Notes.Chunk(1000))
        {
            await using var batch = connection.CreateBatch();
            foreach (var note in chunk)
            {
                var command = batch.BatchCommands.Add("insert into notes (id, mark, size) values ($1, $2, $3)");
                command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = note.Id });
                command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = note.Mark });
                command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = note.Size });
            }

            await batch.ExecuteNonQueryAsync();
        }

        await transaction.RollbackAsync();
    }

    static async Task BulkAsync(Deployment deployment, Tenant tenant)
    {
        using var scope = deployment.Tenants.Enter(tenant);
        await using var connection = await deployment.Data.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await connection.BulkInsertAsync("notes", Notes, columns => columns
            .Add("id", note => note.Id).Add("mark", note => note.Mark).Add("size", note => note.Size));
        await transaction.RollbackAsync();
    }
}
