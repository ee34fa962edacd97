using Npgsql;
using Xunit.Abstractions;

namespace Tenancy.Differential.Generated;

/// <summary>Generated work answers a tenant, under each isolation, as on a copy that has no other tenant.</summary>
public sealed class GeneratedQueryTests(GeneratedQueryTests.Shops shops, ITestOutputHelper output) : IClassFixture<GeneratedQueryTests.Shops>
{
    const int PerTest = 1_000;
    const int PerNight = 10_000;

    /// <summary>Every so many is repeated until the driver has prepared it, and once more.</summary>
    const int Repeated = 5;
    const int UntilPrepared = 7;

    static int Seed => Environment.GetEnvironmentVariable("TENANCY_SEED") is { } given
        ? int.Parse(given, System.Globalization.CultureInfo.InvariantCulture)
        : Random.Shared.Next();

    [Fact]
    public async Task A_tenant_is_answered_as_if_there_were_no_other()
    {
        var (seed, kinds) = (Seed, new Dictionary<string, (int Answered, int Failed)>());
        Console.WriteLine($"generated queries: TENANCY_SEED={seed}");
        var generator = new QueryGenerator(new Random(seed));
        var count = Environment.GetEnvironmentVariable("TENANCY_NIGHTLY") == "1" ? PerNight : PerTest;
        for (var i = 0; i < count; i++)
        {
            var (kind, statements) = generator.Next();
            var plain = await QueryRun.RunAsync(shops.Plain, statements, "(id)");
            var (answered, failed) = kinds.GetValueOrDefault(kind);
            var isError = plain.Any(line => line.StartsWith("PostgresException", StringComparison.Ordinal));
            kinds[kind] = isError ? (answered, failed + 1) : (answered + 1, failed);
            foreach (var isolation in Enum.GetValues<TenantIsolation>())
            {
                for (var turn = 0; turn < (i % Repeated == 0 ? UntilPrepared : 1); turn++)
                {
                    // The neighbour goes first, on the same session where they share one.
                    if (turn % 3 == 0)
                        await shops.RunAsync(isolation, neighbour: true, statements);
                    var difference = QueryRun.Difference(plain, await shops.RunAsync(isolation, neighbour: false, statements));
                    Assert.True(difference is null, $"{isolation}, {kind}, turn {turn}, query {i} of TENANCY_SEED={seed}:\n{string.Join(";\n", statements)}\n{difference}");
                }
            }
        }

        foreach (var (kind, (answered, failed)) in kinds.OrderBy(kind => kind.Key, StringComparer.Ordinal))
            output.WriteLine($"{kind}: {answered} answered, {failed} ended in an error, the same on both sides");
        Assert.Equal(13, kinds.Count);
        // Work that only fails compares nothing.
        Assert.All(kinds, kind => Assert.True(kind.Value.Answered > kind.Value.Failed, $"{kind.Key}: {kind.Value}"));
    }

    [Fact]
    public async Task A_tenant_that_sees_its_neighbours_rows_would_be_found()
    {
        await using var leaking = new Shops();
        await leaking.InitializeAsync([TenantIsolation.Row]);
        var generator = new QueryGenerator(new Random(1));
        await PrivateCluster.ExecuteAsync(leaking.SharedDatabase, "alter policy tenancy_isolation on app.orders using (true)");
        var found = 0;
        for (var i = 0; i < 100; i++)
        {
            var statements = generator.Next().Statements;
            found += QueryRun.Difference(await QueryRun.RunAsync(leaking.Plain, statements, "(id)"), await leaking.RunAsync(TenantIsolation.Row, neighbour: false, statements)) is null ? 0 : 1;
        }

        Assert.True(found > 30, $"{found} of 100 showed it");
    }

    /// <summary>Of each isolation a tenant and its neighbour on one connection, and a copy of the tenant's data in a plain database.</summary>
    public sealed class Shops : IAsyncLifetime, IAsyncDisposable
    {
        const int Own = 3;
        const int Neighbours = 5;

        readonly Dictionary<(TenantIsolation, bool), Tenant> _tenants = [];
        Deployment _deployment = null!;

        public NpgsqlDataSource Plain { get; private set; } = null!;

        public string SharedDatabase => _deployment.SharedDatabase;

        string PlainDatabase => $"plain_{_deployment.Options.Suffix}";

        public Task InitializeAsync() => InitializeAsync(Enum.GetValues<TenantIsolation>());

        public async Task InitializeAsync(TenantIsolation[] isolations)
        {
            _deployment = await Deployment.StartAsync(new DeploymentOptions { Budget = 1, Migrations = new() { ["0001_shop.sql"] = Shop.Migration } });
            foreach (var isolation in isolations)
            {
                foreach (var neighbour in new[] { false, true })
                {
                    var tenant = _tenants[(isolation, neighbour)] = await _deployment.CreateAsync(isolation);
                    using var scope = _deployment.Tenants.Enter(tenant);
                    await FillAsync(_deployment.Data, neighbour ? Neighbours : Own);
                }
            }

            await PrivateCluster.ExecuteAsync("postgres", $"create database {PlainDatabase}");
            await PrivateCluster.ExecuteAsync(PlainDatabase, $"create schema app; set search_path = app; {Shop.Plain}");
            Plain = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(PrivateCluster.Administrator) { Database = PlainDatabase, SearchPath = "app", MaxPoolSize = 1 });
            await FillAsync(Plain, Own);
        }

        public async Task<IReadOnlyList<string>> RunAsync(TenantIsolation isolation, bool neighbour, string[] statements)
        {
            using var scope = _deployment.Tenants.Enter(_tenants[(isolation, neighbour)]);
            return await QueryRun.RunAsync(_deployment.Data, statements, "(tenant_id, id)");
        }

        async Task IAsyncLifetime.DisposeAsync() => await DisposeAsync();

        public async ValueTask DisposeAsync()
        {
            await Plain.DisposeAsync();
            await PrivateCluster.ExecuteAsync("postgres", $"drop database {PlainDatabase} with (force)");
            await _deployment.DisposeAsync();
        }

        static async Task FillAsync(DbDataSource source, int tenant)
        {
            foreach (var rows in Shop.Rows(tenant))
            {
                await using var command = source.CreateCommand(rows);
                await command.ExecuteNonQueryAsync();
            }
        }
    }
}
