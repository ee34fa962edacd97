using System.Diagnostics;

namespace Tenancy.Benchmarks;

/// <summary>A Python program that answers lines with lines.</summary>
internal sealed class PythonProcess : IDisposable
{
    readonly Process _process;

    public PythonProcess(string script, params string[] arguments) => _process = Process.Start(new ProcessStartInfo("/usr/bin/python3", [script, .. arguments])
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
    })!;

    /// <summary>Whether grpcio can be called here.</summary>
    public static bool HasGrpc()
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("/usr/bin/python3", ["-c", "import grpc, google.protobuf"]) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    public async Task<string> ReadAsync() =>
        await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The Python program ended early.");

    public async Task<string> AskAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
        return await ReadAsync();
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }
}
