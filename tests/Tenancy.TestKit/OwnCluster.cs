namespace Tenancy.TestKit;

/// <summary>A server of a test's own, which it may end and start again.</summary>
public sealed class OwnCluster : IAsyncDisposable
{
    readonly string _directory = PrivateCluster.NewDirectory();

    OwnCluster()
    {
        try
        {
            Administrator = PrivateCluster.Make("start", _directory);
        }
        catch
        {
            PrivateCluster.Run("stop", _directory);
            throw;
        }
    }

    /// <summary>A superuser's connection string.</summary>
    public string Administrator { get; }

    public static Task<OwnCluster> StartAsync() => Task.Run(static () => new OwnCluster());

    /// <summary>Ends it without a word to its clients, and starts it again: what is not logged is gone.</summary>
    public Task CrashAsync() => Task.Run(() =>
    {
        PrivateCluster.Run("crash", _directory);
        PrivateCluster.Run("restart", _directory);
    });

    /// <summary>Ends its sessions and starts it again: everything is still there.</summary>
    public Task RestartAsync() => Task.Run(() => PrivateCluster.Run("restart", _directory));

    public async ValueTask DisposeAsync() => await Task.Run(() => PrivateCluster.Run("stop", _directory));
}
