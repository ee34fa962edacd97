using System.Diagnostics;

namespace Inbox.Tests.Docs;

/// <summary>Runs a line as a reader would who pastes it: by bash, with the real curl.</summary>
static class Curl
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>The repository: files are named from there.</summary>
    public static readonly string Root = FindRoot();

    /// <summary>Runs the line, and returns what it printed: status line, headers and body.</summary>
    public static async Task<CurlAnswer> RunAsync(string line, IReadOnlyDictionary<string, string> variables)
    {
        var start = new ProcessStartInfo("bash", ["-u", "-c", line]) 
        {
            RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Root,
        };
        // What a reader's machine is told to go through must not stand between the test and the API.
        start.Environment["NO_PROXY"] = "*";
        foreach (var (name, value) in variables)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(Patience);
        var (output, error) = (process.StandardOutput.ReadToEndAsync(patience.Token), process.StandardError.ReadToEndAsync(patience.Token));
        await process.WaitForExitAsync(patience.Token);
        return process.ExitCode switch
        {
            0 => CurlAnswer.Parse(await output),
            127 => throw new InvalidOperationException($"curl is missing. Install it (Debian, Ubuntu: apt-get install curl). {await error}"),
            var code => throw new InvalidOperationException($"The line ended with {code}: {await error}"),
        };
    }

    static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "docs", "api.md")))
                return folder.FullName;
        }

        throw new InvalidOperationException("docs/api.md was not found above the tests.");
    }
}
