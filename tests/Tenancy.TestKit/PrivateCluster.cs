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
    public static async Task ExecuteAsync(string database, string statement, string? administrator = null)
    {
        await using var connection = await OpenAsync(database, administrator);
        await using var command = new NpgsqlCommand(statement, connection) { CommandTimeout = 60 };
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Opens a superuser's connection, outside any pool.</summary>
    public static async Task<NpgsqlConnection> OpenAsync(string database, string? administrator = null)
    {
        var settings = new NpgsqlConnectionStringBuilder(administrator ?? Administrator) { Database = database, Pooling = false };
        var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    /// <summary>Restarts the server, which ends every session of it, and returns when it is back. Only where it runs on this machine.</summary>
    public static async Task RestartAsync()
    {
        await using (var connection = await OpenAsync("postgres"))
        await using (var restart = new NpgsqlCommand(
            """
            do $do$ begin
                -- No row: the shell is gone at once, and nobody would read it.
                execute format('copy (select where false) to program %L', format('setsid sh -c %L >/dev/null 2>&1 &', format(
                    '%s/pg_ctl restart -D %s -m fast -w -l %s/restart.log',
                    (select setting from pg_config where name = 'BINDIR'), current_setting('data_directory'), current_setting('data_directory'))));
            end $do$
            """, connection))
        {
            await restart.ExecuteNonQueryAsync();
            // Until this session has ended, the server that answers is the old one.
            await using var alive = new NpgsqlCommand("select pg_sleep(60)", connection) { CommandTimeout = 0 };
            try
            {
                await alive.ExecuteNonQueryAsync();
                throw new InvalidOperationException("The server did not restart.");
            }
            catch (NpgsqlException)
            {
                // As meant.
            }
        }

        for (var tries = 0; ; tries++)
        {
            try
            {
                await using var connection = await OpenAsync("postgres");
                return;
            }
            catch (NpgsqlException) when (tries < 600)
            {
                await Task.Delay(50);
            }
        }
    }

    static string Start()
    {
        var directory = NewDirectory();
        var administrator = Make("start", directory);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Run("stop", directory);
        return administrator;
    }

    internal static string NewDirectory() => Path.Combine(Path.GetTempPath(), "tenancy-tests." + Guid.NewGuid().ToString("n"));

    /// <summary>Makes a cluster, and returns its superuser's connection string.</summary>
    /// <param name="verb">How: <c>start</c>, or <c>standby</c> of the one that is given.</param>
    /// <param name="directory">Where.</param>
    /// <param name="primary">The one to follow.</param>
    internal static string Make(string verb, string directory, string? primary = null)
    {
        var line = Run(verb, directory, primary).Split('\n').First(text => text.StartsWith("export " + Variable + "=", StringComparison.Ordinal));
        return line[(line.IndexOf('\'', StringComparison.Ordinal) + 1)..line.LastIndexOf('\'')];
    }

    internal static string Run(string verb, string directory, string? primary = null)
    {
        var info = new ProcessStartInfo(Script("cluster.sh")) { RedirectStandardOutput = true };
        if (primary is not null)
            info.Environment[Variable] = primary;
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
