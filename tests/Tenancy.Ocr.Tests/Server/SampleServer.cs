using System.Diagnostics;
using System.Globalization;

namespace Tenancy.Ocr.Tests.Server;

/// <summary>The server of samples/ocr-server, as its script starts it.</summary>
public sealed partial class SampleServer : IAsyncDisposable
{
    readonly DirectoryInfo _folder;
    readonly Dictionary<string, string> _said;

    SampleServer(DirectoryInfo folder, Dictionary<string, string> said) => (_folder, _said) = (folder, said);

    public static string Root { get; } = FindRoot();

    /// <summary>Why it cannot run here, or none where it can.</summary>
    public static string? WhyNot { get; } = RunAsync(["check"]).GetAwaiter().GetResult() is { Code: not 0 } check ? check.Errors.Trim() : null;

    public Uri Address => new(_said["TENANCY_OCR_ENDPOINT"]);

    public int ProcessId => int.Parse(_said["TENANCY_OCR_PID"], System.Globalization.CultureInfo.InvariantCulture);

    public string Log => File.ReadAllText(_said["TENANCY_OCR_LOG"]);

    public IEnumerable<string> LogOf(string id) => Log.Split('\n').Where(line => line.Contains($"id={id} ", StringComparison.Ordinal));

    /// <summary>Starts one that ends with this process, whatever happens to that.</summary>
    public static async Task<SampleServer> StartAsync(string[] flags, params (string Name, string Value)[] environment)
    {
        var folder = Directory.CreateTempSubdirectory("tenancy-ocr");
        var server = new SampleServer(folder, []);
        await server.CommandAsync(["start", folder.FullName, "--owner", $"{Environment.ProcessId}", .. flags], environment);
        return server;
    }

    public Task CrashAsync() => CommandAsync(["crash", _folder.FullName]);

    public Task RestartAsync() => CommandAsync(["restart", _folder.FullName]);

    public async ValueTask DisposeAsync() => await CommandAsync(["stop", _folder.FullName]);

    /// <summary>Waits until the log has a line with a text.</summary>
    public async Task<string> LoggedAsync(string text, int from = 0)
    {
        for (var since = Stopwatch.StartNew(); ; await Task.Delay(50))
        {
            if (Log[from..].Split('\n').FirstOrDefault(line => line.Contains(text, StringComparison.Ordinal)) is { } found)
                return found;
            Assert.True(since.Elapsed < TimeSpan.FromSeconds(30), $"'{text}' was never logged:\n{Log}");
        }
    }

    /// <summary>The processes that it has started and that are there.</summary>
    public string[] Children() => [.. Directory.GetDirectories($"/proc/{ProcessId}/task")
        .SelectMany(task => Read(Path.Combine(task, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries))];

    /// <summary>The most bytes of memory that it has had.</summary>
    public long PeakMemory() => long.Parse(
        Read($"/proc/{ProcessId}/status").Split('\n').Single(static line => line.StartsWith("VmHWM:", StringComparison.Ordinal))["VmHWM:".Length..^"kB".Length],
        NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture) * 1024;

    /// <summary>Whether a process runs; one that has ended and that nobody has waited for has no command line any more.</summary>
    public static bool Runs(string process) => Read($"/proc/{process}/cmdline").Length > 0;

    /// <summary>Waits until children are gone, for less than they would take by themselves.</summary>
    public static async Task GoneAsync(Func<bool> gone)
    {
        for (var since = Stopwatch.StartNew(); !gone(); await Task.Delay(50))
            Assert.True(since.Elapsed < TimeSpan.FromSeconds(10), "Its children still run.");
    }

    static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (IOException)
        {
            // The process has ended meanwhile.
            return "";
        }
    }

    async Task CommandAsync(string[] arguments, params (string Name, string Value)[] environment)
    {
        var (code, output, errors) = await RunAsync(arguments, environment);
        if (code != 0)
            throw new InvalidOperationException($"ocr-server.sh {arguments[0]}: {errors}");
        foreach (var line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = line["export ".Length..].Split('=', 2);
            _said[parts[0]] = parts[1].Trim('\'');
        }
    }

    static async Task<(int Code, string Output, string Errors)> RunAsync(string[] arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(Path.Combine(Root, "scripts", "ocr-server.sh"), arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output, await errors);
    }

    static string FindRoot()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "Tenancy.sln")))
                return directory.FullName;
        }

        throw new InvalidOperationException("These tests run inside the repository only.");
    }
}

/// <summary>One server for the tests that leave it as it was.</summary>
public sealed class SharedServer : IAsyncLifetime
{
    public SampleServer Server { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        if (SampleServer.WhyNot is null)
            Server = await SampleServer.StartAsync(["--engine", "tesseract", "--workers", "2", "--page-timeout", "20"]);
    }

    public async Task DisposeAsync()
    {
        if (Server is not null)
            await Server.DisposeAsync();
    }
}

/// <summary>A test of the sample's server; skipped, with the remedy, where that cannot run.</summary>
public sealed class ServerFactAttribute : FactAttribute
{
    public ServerFactAttribute() => Skip = SampleServer.WhyNot!;
}

/// <summary>The same with data.</summary>
public sealed class ServerTheoryAttribute : TheoryAttribute
{
    public ServerTheoryAttribute() => Skip = SampleServer.WhyNot!;
}
