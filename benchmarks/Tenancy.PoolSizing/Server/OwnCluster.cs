using System.Diagnostics;

namespace Tenancy.PoolSizing;

/// <summary>A PostgreSQL of this run's own, by scripts/cluster.sh.</summary>
internal sealed class OwnCluster : IServerUnderTest
{
    /// <summary>Its max_connections, less what superusers, the catalog and the administration take.</summary>
    public const int MostForTenants = 180;

    const string Variable = "export TENANCY_TEST_POSTGRES=";

    readonly string _directory;

    OwnCluster(string directory, string administrator) => (_directory, Administrator) = (directory, administrator);

    public string Administrator { get; }

    public bool Stays => false;

    public string Description => "a server of its own on this machine, with fsync off";

    /// <exception cref="SizingException">It did not start.</exception>
    public static async Task<OwnCluster> StartAsync(RunFolder folder)
    {
        var directory = Path.Combine(folder.Path, "cluster");
        var output = await RunAsync("start", directory);
        var line = output.Split('\n').First(text => text.StartsWith(Variable, StringComparison.Ordinal));
        return new OwnCluster(directory, line[Variable.Length..].Trim('\''));
    }

    public async ValueTask DisposeAsync() => await RunAsync("stop", _directory);

    static async Task<string> RunAsync(string verb, string directory)
    {
        // In a session of its own: Ctrl-C ends the sweep, never the script half-way.
        var info = new ProcessStartInfo("setsid") { RedirectStandardOutput = true };
        foreach (var argument in new[] { "--wait", Script(), verb, directory })
            info.ArgumentList.Add(argument);
        using var process = Process.Start(info) ?? throw new SizingException("setsid did not start.");
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? output
            : throw new SizingException($"scripts/cluster.sh {verb} failed, see above. Mend that, or give --connection to a server that runs.");
    }

    static string Script()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var script = Path.Combine(folder.FullName, "scripts", "cluster.sh");
            if (File.Exists(script))
                return script;
        }

        throw new SizingException($"scripts/cluster.sh is not above {AppContext.BaseDirectory}. Run it inside the repository, or give --connection.");
    }
}
