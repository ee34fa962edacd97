namespace Tenancy.PoolSizing;

/// <summary>A folder that holds all that a run writes beside its report, and goes with it.</summary>
internal sealed class RunFolder : IDisposable
{
    const string Variable = "TMPDIR";

    readonly string? _before = Environment.GetEnvironmentVariable(Variable);

    public RunFolder()
    {
        Path = Directory.CreateTempSubdirectory("tenancy-sizing.").FullName;
        // Where root starts the server, it runs as another user, who must get through to its own folder.
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        Environment.SetEnvironmentVariable(Variable, Directory.CreateDirectory(System.IO.Path.Combine(Path, "tmp")).FullName);
    }

    public string Path { get; }

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(Variable, _before);
        Directory.Delete(Path, recursive: true);
    }
}
