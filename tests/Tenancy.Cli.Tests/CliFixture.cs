using Npgsql;

namespace Tenancy.Cli.Tests;

/// <summary>A database with an error and a warning in it, and one with neither.</summary>
public sealed class CliFixture : IAsyncLifetime
{
    const string Faults =
        """
        create unique index notes_mark on notes (mark);
        create table legacy (id int);
        """;

    Deployment? _clean;
    Deployment? _faulty;

    /// <summary>Without the password, as a command line should be.</summary>
    public string Clean => Connection(_clean!);

    public string Faulty => Connection(_faulty!);

    public string FaultyDatabase => _faulty!.SharedDatabase;

    public static string Password => new NpgsqlConnectionStringBuilder(Deployment.ConnectionString("any", "tenancy_migrator")).Password!;

    public async Task InitializeAsync()
    {
        _clean = await Deployment.StartAsync();
        _faulty = await Deployment.StartAsync(new DeploymentOptions { Migrations = new() { ["0001_tables.sql"] = DeploymentOptions.Tables + Faults } });
    }

    public async Task DisposeAsync()
    {
        await _clean!.DisposeAsync();
        await _faulty!.DisposeAsync();
    }

    /// <summary>Runs the program in this process.</summary>
    public static async Task<(int Exit, string Out, string Error)> RunAsync(string? variable, params string[] args)
    {
        using StringWriter output = new(), error = new();
        var exit = await TenancyCommandLine.RunAsync(
            args, new Surroundings(output, error, IsTerminal: false, name => name == Connections.Variable ? variable : null), CancellationToken.None);
        return (exit, output.ToString(), error.ToString());
    }

    static string Connection(Deployment deployment) =>
        Deployment.ConnectionString(deployment.SharedDatabase, "tenancy_migrator");
}

/// <summary>The same databases for every test that only looks at them.</summary>
[CollectionDefinition(nameof(CliFixture))]
public sealed class CliFixtures : ICollectionFixture<CliFixture>;
