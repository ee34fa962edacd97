using System.Diagnostics;
using Npgsql;

namespace Tenancy.TestKit;

/// <summary>The PostgreSQL that tests run on: the one the environment names, else one of this process's own.</summary>
public static class PrivateCluster
{
    const string Variable = "TENANCY_TEST_POSTGRES";

    static readonly Lazy<string> Started = new(Start);

    /// <summary>A superuser's connection string.</summary>
    public static string Administrator => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given ? given : Started.Value;

    /// <summary>Runs a statement as the superuser.</summary>
    public static async Task ExecuteAsync(string database, string statement)
    {
        await using var connection = await OpenAsync(database);
        await using var command = new NpgsqlCommand(statement, connection) { CommandTimeout = 60 };
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Opens a superuser's connection, outside any pool.</summary>
    public static async Task<NpgsqlConnection> OpenAsync(string database)
    {
        var settings = new NpgsqlConnectionStringBuilder(Administrator) { Database = database, Pooling = false };
        var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    static string Start()
    {
        var directory = Path.Combine(Path.GetTempPath(), "tenancy-tests." + Guid.NewGuid().ToString("n"));
        var output = Run("start", directory);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Run("stop", directory);
        var line = output.Split('\n').First(text => text.StartsWith("export " + Variable + "=", StringComparison.Ordinal));
        return line[(line.IndexOf('\'', StringComparison.Ordinal) + 1)..line.LastIndexOf('\'')];
    }

    static string Run(string verb, string directory)
    {
        var info = new ProcessStartInfo(Script("cluster.sh")) { RedirectStandardOutput = true };
        info.ArgumentList.Add(verb);
        info.ArgumentList.Add(directory);
        using var process = Process.Start(info)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"scripts/cluster.sh {verb} failed.");
    }

    /// <summary>Finds one of the repository's scripts.</summary>
    internal static string Script(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var script = Path.Combine(folder.FullName, "scripts", name);
            if (File.Exists(script))
                return script;
        }

        throw new InvalidOperationException($"scripts/{name} is not above {AppContext.BaseDirectory}. Set {Variable} instead.");
    }
}
