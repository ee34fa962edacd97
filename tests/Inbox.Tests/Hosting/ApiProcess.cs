using System.Diagnostics;
using System.Text;

namespace Inbox.Tests.Hosting;

/// <summary>The sample as a process of its own, configured by its environment as a deployment would.</summary>
sealed class ApiProcess : IAsyncDisposable
{
    const string Listening = "Now listening on: ";

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly Process _process;
    readonly StringBuilder _log = new();
    readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);

    ApiProcess(Process process)
    {
        _process = process;
        _process.OutputDataReceived += (_, e) => Note(e.Data);
        _process.ErrorDataReceived += (_, e) => Note(e.Data);
        _process.EnableRaisingEvents = true;
        _process.Exited += (_, _) => _address.TrySetException(new InvalidOperationException("The API ended: " + Log));
    }

    /// <summary>What it wrote so far.</summary>
    public string Log
    {
        get
        {
            lock (_log)
                return _log.ToString();
        }
    }

    /// <summary>Starts the API and waits until it listens.</summary>
    public static async Task<(ApiProcess Api, Uri Address)> ServeAsync(IEnumerable<KeyValuePair<string, string>> variables)
    {
        var api = Start(variables);
        try
        {
            return (api, await api._address.Task.WaitAsync(Patience));
        }
        catch
        {
            await api.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs the program to its end.</summary>
    public static async Task<(int ExitCode, string Log)> RunAsync(
        IEnumerable<KeyValuePair<string, string>> variables, params string[] arguments)
    {
        await using var command = Start(variables, arguments);
        // Nobody waits for an address that a command does not have.
        _ = command._address.Task.ContinueWith(task => task.Exception, TaskScheduler.Default);
        using var patience = new CancellationTokenSource(Patience);
        await command._process.WaitForExitAsync(patience.Token);
        return (command._process.ExitCode, command.Log);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    static ApiProcess Start(IEnumerable<KeyValuePair<string, string>> variables, params string[] arguments)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Inbox.dll");
        var start = new ProcessStartInfo("dotnet", [program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        foreach (var (name, value) in variables)
            start.Environment[name] = value;
        var api = new ApiProcess(new Process { StartInfo = start });
        api._process.Start();
        api._process.BeginOutputReadLine();
        api._process.BeginErrorReadLine();
        return api;
    }

    void Note(string? line)
    {
        if (line is null)
            return;
        lock (_log)
            _log.AppendLine(line);
        var at = line.IndexOf(Listening, StringComparison.Ordinal);
        if (at >= 0)
            _address.TrySetResult(new Uri(line[(at + Listening.Length)..].Trim()));
    }
}
