using Npgsql;

namespace Tenancy.Postgres.Tests;

/// <summary>An installation with tenants of every isolation, in whose databases faults are planted and rolled back.</summary>
public sealed class LintFixture : IAsyncLifetime
{
    readonly DeploymentOptions _options = new() { AppLogin = "lint_" + Guid.NewGuid().ToString("n")[..10] };
    readonly Dictionary<string, List<LintFinding>> _before = [];
    Deployment? _deployment;

    public Deployment Deployment => _deployment!;

    public Tenant InSchema { get; private set; } = null!;

    public Tenant InOtherSchema { get; private set; } = null!;

    public Tenant InDatabase { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        _deployment = await Deployment.StartAsync(_options);
        InSchema = await _deployment.CreateAsync(TenantIsolation.Schema);
        InOtherSchema = await _deployment.CreateAsync(TenantIsolation.Schema);
        InDatabase = await _deployment.CreateAsync(TenantIsolation.Database);
    }

    public async Task DisposeAsync() => await Deployment.DisposeAsync();

    public string DatabaseOf(Place place) => place == Place.OwnDatabase ? InDatabase.Placement.Database : Deployment.SharedDatabase;

    /// <summary>Opens a superuser's transaction in which faults are planted, linted and mended; disposing it undoes all.</summary>
    public async Task<LintBench> WorkAsync(Place place)
    {
        var connection = await PrivateCluster.OpenAsync(DatabaseOf(place));
        return new LintBench(connection, await connection.BeginTransactionAsync(), text => text
            .Replace("{app}", place == Place.OwnDatabase ? TenantNames.For(InDatabase.Id) : _options.AppLogin, StringComparison.Ordinal)
            .Replace("{database}", DatabaseOf(place), StringComparison.Ordinal)
            .Replace("{schema}", InSchema.Placement.Schema, StringComparison.Ordinal)
            .Replace("{other}", InOtherSchema.Placement.Schema, StringComparison.Ordinal));
    }

    /// <summary>What is found before anything is planted.</summary>
    public async Task<IReadOnlyList<LintFinding>> BeforeAsync(Place place)
    {
        var database = DatabaseOf(place);
        if (!_before.TryGetValue(database, out var findings))
        {
            await using var bench = await WorkAsync(place);
            _before[database] = findings = await bench.LintAsync();
        }

        return findings;
    }
}

/// <summary>A database of the installation.</summary>
public enum Place
{
    /// <summary>That of the row and schema isolation.</summary>
    Shared,

    /// <summary>That of a tenant of its own.</summary>
    OwnDatabase,
}

/// <summary>An open transaction.</summary>
public sealed class LintBench(NpgsqlConnection connection, NpgsqlTransaction transaction, Func<string, string> fill) : IAsyncDisposable
{
    public async Task RunAsync(string statements)
    {
        await using var command = new NpgsqlCommand(fill(statements), connection);
        await command.ExecuteNonQueryAsync();
    }

    public Task<List<LintFinding>> LintAsync(IEnumerable<LintRule>? rules = null) =>
        DatabaseLint.RunRulesAsync(connection, Fill("{app}"), rules ?? LintRules.All, CancellationToken.None);

    public Task<List<LintFinding>> LintAsync(string rule) => LintAsync(LintRules.All.Where(one => one.Id == rule));

    /// <summary>Runs a rule on what is said of the database.</summary>
    internal async Task<List<LintFinding>> LintAsync(string rule, Func<LintFacts, LintFacts> change)
    {
        var facts = await LintFacts.FindAsync(connection, Fill("{app}"), CancellationToken.None);
        var findings = new List<LintFinding>();
        await DatabaseLint.RunAsync(connection, LintRules.All.Single(one => one.Id == rule), change(facts), findings, CancellationToken.None);
        return findings;
    }

    public string Fill(string text) => fill(text);

    public async ValueTask DisposeAsync()
    {
        await transaction.DisposeAsync();
        await connection.DisposeAsync();
    }
}

/// <summary>One installation for all tests that plant faults in it, one after another.</summary>
[CollectionDefinition(nameof(LintFixture))]
public sealed class LintFixtures : ICollectionFixture<LintFixture>;
