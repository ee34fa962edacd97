using System.Diagnostics;

namespace Inbox.Tests.Hosting;

/// <summary>The PostgreSQL of the tests: the one <c>TENANCY_TEST_POSTGRES</c> names, else one started for them alone.</summary>
sealed class PrivateCluster : IAsyncDisposable
{
    const string Variable = "TENANCY_TEST_POSTGRES";

    readonly string? _directory;

    PrivateCluster(string administrator, string? directory) => (Administrator, _directory) = (administrator, directory);

    /// <summary>The administrator's connection string.</summary>
    public string Administrator { get; }

    public static async Task<PrivateCluster> StartAsync()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given)
            return new PrivateCluster(given, null);
        var directory = Path.Combine(Path.GetTempPath(), $"inbox-tests-{Guid.NewGuid():N}");
        var output = await RunScriptAsync("start", directory);
        var line = output.Split('\n').Single(line => line.StartsWith($"export {Variable}=", StringComparison.Ordinal));
        return new PrivateCluster(line[(line.IndexOf('=', StringComparison.Ordinal) + 1)..].Trim('\''), directory);
    }

    public async ValueTask DisposeAsync()
    {
        if (_directory is not null)
            await RunScriptAsync("stop", _directory);
    }

    static async Task<string> RunScriptAsync(string verb, string directory)
    {
        var start = new ProcessStartInfo(FindScript(), [verb, directory]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? await output
            : throw new InvalidOperationException($"scripts/cluster.sh {verb} failed: {await error}");
    }

    static string FindScript()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var script = Path.Combine(folder.FullName, "scripts", "cluster.sh");
            if (File.Exists(script))
                return script;
        }

        throw new InvalidOperationException($"scripts/cluster.sh is not above {AppContext.BaseDirectory}. Set {Variable} instead.");
    }
}
