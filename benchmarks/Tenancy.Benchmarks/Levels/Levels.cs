using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Tenancy.TestKit;

namespace Tenancy.Benchmarks;

/// <summary>What each level costs with everything on: the point read, with a tier's limits and an explicit filter beside the policy.</summary>
internal sealed class Levels : IBenchmark
{
    static readonly Dictionary<string, string?> Limits = new()
    {
        ["Tenancy:Tiers:any:Queries:Timeout"] = "00:00:30",
        ["Tenancy:Tiers:any:Queries:IdleInTransaction"] = "00:01:00",
        ["Tenancy:Tiers:any:Queries:WorkMemoryBytes"] = "8388608",
    };

    public string Name => "levels";

    public string Summary => "the point read at levels Latched and Signed, with a tier's limits and an explicit filter, against plain Npgsql";

    public async Task RunAsync(Report report, bool quick)
    {
        report.Say("Point read by primary key, row isolation, 1,000 tenants of 100 rows, open and close for each read.");
        await using var latched = await Side.StartAsync(ProtectionLevel.Latched, limited: false);
        await using var latchedWhole = await Side.StartAsync(ProtectionLevel.Latched, limited: true);
        await using var signed = await Side.StartAsync(ProtectionLevel.Signed, limited: false);
        await using var signedWhole = await Side.StartAsync(ProtectionLevel.Signed, limited: true);
        await using var managed = await Side.StartAsync(ProtectionLevel.Signed, limited: true, DeploymentOptions.GrantSetConfigAsync);
        await using var byHand = await ByHand.CreateAsync(latched.Tenants, latched.Deployment.SharedDatabase);

        foreach (var clients in new[] { 1, 8 })
        {
            var run = new Alternation(new Dictionary<string, Func<Random, Task>>
            {
                ["plain"] = byHand.PlainAsync,
                ["latched-scope"] = latched.ReadAsync,
                ["latched"] = latchedWhole.ReadFilteredAsync,
                ["signed-scope"] = signed.ReadAsync,
                ["signed"] = signedWhole.ReadFilteredAsync,
                ["signed-managed"] = managed.ReadFilteredAsync,
            }, clients);
            // Short slices, so that what is compared lies close together: a machine that is shared is not as fast all the time.
            await run.RunAsync(quick ? 8 : 44, TimeSpan.FromMilliseconds(250));
            Tell(report, run, clients);
        }
    }

    static void Tell(Report report, Alternation run, int clients)
    {
        report.Say($"\n{clients} client{(clients == 1 ? "" : "s")}, median reads per second, as a ratio to plain, processor time and allocation of the client per read:");
        foreach (var (variant, how) in new[]
                 {
                     ("plain", "plain Npgsql, where tenant_id = $1 by hand, auto-prepare, default reset"),
                     ("latched-scope", "Latched, the scope alone"),
                     ("latched", "Latched, limits of the tier and explicit filter"),
                     ("signed-scope", "Signed, the scope alone"),
                     ("signed", "Signed, limits of the tier and explicit filter"),
                     ("signed-managed", "the same where set_config cannot be revoked: a reset after each lease"),
                 })
        {
            report.Say(string.Create(CultureInfo.InvariantCulture,
                $"  {Spread.Of(run.Rates(variant)).Median,8:N0}  {run.Ratio(variant, "plain").Median:0.00}  {run.Processor(variant),6:0.0} µs  {run.Allocated(variant),6:N0} B  {how}"));
        }

        var of = clients == 1 ? "" : $"{clients}.";
        report.Figure($"levels.latched.{of}vs-plain", run.Ratio("latched", "plain"));
        report.Figure($"levels.signed.{of}vs-plain", run.Ratio("signed", "plain"));
        report.Figure($"levels.signed.{of}vs-latched", run.Ratio("signed", "latched"));
        report.Figure($"levels.signed-managed.{of}vs-plain", run.Ratio("signed-managed", "plain"));
    }

    /// <summary>A deployment at one level, with the tenants and their rows.</summary>
    sealed class Side(Deployment deployment, IReadOnlyList<Tenant> tenants) : IAsyncDisposable
    {
        public Deployment Deployment { get; } = deployment;

        public IReadOnlyList<Tenant> Tenants { get; } = tenants;

        public static async Task<Side> StartAsync(ProtectionLevel level, bool limited, Func<DeploymentOptions, Task>? afterInstall = null)
        {
            var deployment = await Deployment.StartAsync(new DeploymentOptions
            {
                Level = level,
                AfterInstall = afterInstall,
                Settings = limited ? Limits : [],
                // As the plain connections beside it, which log nothing.
                Configure = services => services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning)),
                Migrations = new() { ["0001_items.sql"] = "create table items (id bigint primary key, title text not null); select tenancy.isolate('items');" },
            });
            return new Side(deployment, await PointReadData.LoadAsync(deployment));
        }

        public Task ReadAsync(Random random) => ReadAsync(random, filtered: false);

        public Task ReadFilteredAsync(Random random) => ReadAsync(random, filtered: true);

        public ValueTask DisposeAsync() => Deployment.DisposeAsync();

        async Task ReadAsync(Random random, bool filtered)
        {
            var tenant = Tenants[random.Next(Tenants.Count)];
            using (Deployment.Tenants.Enter(tenant))
            {
                await using var connection = await Deployment.Data.OpenConnectionAsync();
                await using var command = connection.CreateCommand();
                command.CommandText = filtered ? "select title from items where id = $1 and tenant_id = $2" : "select title from items where id = $1";
                command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = random.Next(PointReadData.RowsPerTenant) });
                if (filtered)
                    command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = tenant.Id.Value });
                await using var reader = await command.ExecuteReaderAsync();
                await ByHand.ReadOneAsync(reader);
            }
        }
    }
}
