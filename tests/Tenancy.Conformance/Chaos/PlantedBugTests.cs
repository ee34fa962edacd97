using Npgsql;
using Xunit.Abstractions;

namespace Tenancy.Conformance;

/// <summary>Each planted bug is caught soon by the chaos, which without it finds nothing.</summary>
public sealed class PlantedBugTests(PlantedBugTests.Six six, ITestOutputHelper output) : IClassFixture<PlantedBugTests.Six>
{
    const int UntilCaught = 5_000;

    public static TheoryData<string> Bugs => [.. PlantedBug.All.Select(bug => bug.Name)];

    [Theory, MemberData(nameof(Bugs))]
    public async Task A_planted_bug_is_caught_within_5000_operations(string name)
    {
        var bug = PlantedBug.All.Single(one => one.Name == name);
        var options = new ChaosOptions { Operations = 300, Seed = ChaosTests.Seed, Kills = false };
        Assert.Equal((0, null), await WrongAsync(options));
        await using (await six.PlantAsync(bug))
        {
            var (wrong, caught) = await WrongAsync(options with
            {
                Operations = UntilCaught, StopsAtFirst = true, Application = bug.Application?.Invoke() ?? new ChaosApplication(),
            });
            Assert.True(wrong > 0, $"'{bug}' was not caught. TENANCY_SEED={options.Seed}");
            output.WriteLine($"'{bug}' was caught after {caught!.Value.Operation} operations: {caught.Value.What}");
        }
    }

    async Task<(int Wrong, (int Operation, string What)? First)> WrongAsync(ChaosOptions options)
    {
        var result = await ChaosTests.RunAsync(six.Deployment, six.Tenants, options);
        return (result.Wrong, result.First);
    }

    /// <summary>Six tenants in shared rows, on which one bug after another is planted and taken out again.</summary>
    public sealed class Six : IAsyncLifetime
    {
        string _functions = "";

        public Deployment Deployment { get; private set; } = null!;

        public List<Tenant> Tenants { get; } = [];

        public async Task InitializeAsync()
        {
            Deployment = await Deployment.StartAsync(ChaosRun.Deployment(connections: 4));
            for (var i = 0; i < 6; i++)
                Tenants.Add(await ChaosRun.CreateAsync(Deployment, TenantIsolation.Row));
            await using var connection = await PrivateCluster.OpenAsync(Deployment.SharedDatabase);
            await using var command = new NpgsqlCommand(
                "select string_agg(pg_get_functiondef(oid), ';') from pg_proc where pronamespace = 'tenancy'::regnamespace and proname in ('enter', 'current_tenant')", connection);
            _functions = (string)(await command.ExecuteScalarAsync())!;
        }

        public Task DisposeAsync() => Deployment.DisposeAsync().AsTask();

        /// <summary>Plants a bug, which new sessions meet without plans from before, until what is returned is disposed.</summary>
        public async Task<IAsyncDisposable> PlantAsync(PlantedBug bug)
        {
            if (bug.Plant(Deployment.Options.AppLogin) is { Length: > 0 } statements)
                await PrivateCluster.ExecuteAsync(Deployment.SharedDatabase, $"{statements};{ChaosRun.EndSessions(Deployment)}");
            return new Planted(this);
        }

        sealed class Planted(Six six) : IAsyncDisposable
        {
            public async ValueTask DisposeAsync() => await PrivateCluster.ExecuteAsync(six.Deployment.SharedDatabase,
                $"""
                alter role {six.Deployment.Options.AppLogin} nobypassrls;
                alter table app.notes owner to tenancy_owner;
                drop schema if exists shadow cascade;
                drop policy if exists own on app.notes;
                drop policy if exists support on app.notes;
                select tenancy.guard_table('app.notes');
                {six._functions};
                {ChaosRun.EndSessions(six.Deployment)};
                """);
        }
    }
}
