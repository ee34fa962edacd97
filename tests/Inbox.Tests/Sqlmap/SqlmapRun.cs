using System.Diagnostics;

namespace Inbox.Tests.Sqlmap;

/// <summary>sqlmap against one parameter of one address; what it learns is kept from call to call.</summary>
sealed class SqlmapRun(Uri address, string token) : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(20);

    readonly DirectoryInfo _output = Directory.CreateTempSubdirectory("sqlmap-");

    public static string? Program { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Select(folder => Path.Combine(folder, "sqlmap")).FirstOrDefault(File.Exists);

    /// <summary>All that it said so far.</summary>
    public string Said { get; private set; } = "";

    /// <summary>All that it said and wrote so far.</summary>
    public string Everything => Said + string.Concat(_output.EnumerateFiles("*", SearchOption.AllDirectories)
        .Where(file => file.Extension is not ".sqlite").Select(file => File.ReadAllText(file.FullName)));

    public async Task<string> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(Program!,
            ["-u", address.ToString(), "-p", "title", "--batch", "--disable-coloring", "--dbms", "PostgreSQL", "--output-dir", _output.FullName,
             // The body says what went wrong, with a status of 400: both are what it looks at.
             "--header", $"Authorization: Bearer {token}", "--ignore-code", "400", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Its own settings and history go with the rest.
        start.Environment["HOME"] = _output.FullName;
        start.Environment["XDG_DATA_HOME"] = _output.FullName;
        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(Patience);
        var (said, complained) = (process.StandardOutput.ReadToEndAsync(patience.Token), process.StandardError.ReadToEndAsync(patience.Token));
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }

        var output = await said + await complained;
        Said += output;
        return output;
    }

    public void Dispose() => _output.Delete(recursive: true);
}
