using System.Diagnostics;
using System.Globalization;

namespace Tenancy.Ocr.Tests.Interop;

/// <summary>A gRPC server of somebody else's making, in a process of its own.</summary>
public sealed class Peer : IDisposable
{
    public const string Python = "python";
    public const string Node = "node";

    readonly Process _process;

    Peer(Process process, int port) => (_process, Port) = (process, port);

    public int Port { get; }

    /// <summary>Why a peer cannot run here, or none where it can.</summary>
    public static string? WhyNot(string kind) => kind == Python
        ? Runs("/usr/bin/python3", "-c", "import grpc, google.protobuf") ? null : "grpcio is missing. Run: scripts/grpc-peers.sh"
        : Directory.Exists(Modules) && Runs("node", "--version") ? null : "Node or @grpc/grpc-js is missing. Run: scripts/grpc-peers.sh";

    public static async Task<Peer> StartAsync(string kind, params string[] certificates)
    {
        string[] arguments = [];
        if (kind == Python)
        {
            var descriptor = Path.Combine(AppContext.BaseDirectory, "Interop", "testing.descriptor");
            var written = descriptor + "." + Guid.NewGuid().ToString("N");
            await File.WriteAllBytesAsync(written, TestingReflection.Descriptor.SerializedData.ToByteArray());
            File.Move(written, descriptor, overwrite: true);
            arguments = ["/usr/bin/python3", At("server.py"), descriptor];
        }
        else
        {
            arguments = ["node", At(Path.Combine("node", "server.js")), At("testing.proto"), Modules];
        }

        var start = new ProcessStartInfo(arguments[0], [.. arguments[1..], .. certificates])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var process = Process.Start(start)!;
        var line = await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30))
            ?? throw new InvalidOperationException($"{arguments[1]} ended without naming its port.");
        return new Peer(process, int.Parse(line, CultureInfo.InvariantCulture));
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }

    static string At(string file) => Path.Combine(AppContext.BaseDirectory, "Interop", file);

    /// <summary>Where npm put them: beside the sources.</summary>
    static string Modules
    {
        get
        {
            for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
            {
                if (File.Exists(Path.Combine(directory.FullName, "Tenancy.Ocr.Tests.csproj")))
                    return Path.Combine(directory.FullName, "Interop", "node", "node_modules");
            }

            return "node_modules";
        }
    }

    static bool Runs(string file, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(file, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            return process.WaitForExit(20_000) && process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
