using Npgsql;

namespace Tenancy.TestKit;

/// <summary>A primary and a standby that follows it by streaming, both of a test's own.</summary>
public sealed class ReplicatedCluster : IAsyncDisposable
{
    readonly string _primary = PrivateCluster.NewDirectory();
    readonly string _standby = PrivateCluster.NewDirectory();

    ReplicatedCluster()
    {
        try
        {
            Primary = PrivateCluster.Make("start", _primary);
            Standby = PrivateCluster.Make("standby", _standby, Primary);
        }
        catch
        {
            Stop();
            throw;
        }
    }

    /// <summary>A superuser's connection string to the one that is the primary at first.</summary>
    public string Primary { get; }

    /// <summary>A superuser's connection string to the one that is a standby at first.</summary>
    public string Standby { get; }

    public int PrimaryPort => new NpgsqlConnectionStringBuilder(Primary).Port;

    public int StandbyPort => new NpgsqlConnectionStringBuilder(Standby).Port;

    public static Task<ReplicatedCluster> StartAsync() => Task.Run(static () => new ReplicatedCluster());

    /// <summary>Ends the primary without a word to its clients.</summary>
    public Task CrashPrimaryAsync() => Task.Run(() => PrivateCluster.Run("crash", _primary));

    /// <summary>Makes the standby the primary.</summary>
    public Task PromoteAsync() => Task.Run(() => PrivateCluster.Run("promote", _standby));

    /// <summary>Ends the sessions at the standby, and starts it again.</summary>
    public Task RestartStandbyAsync() => Task.Run(() => PrivateCluster.Run("restart", _standby));

    /// <summary>Keeps the standby where it is: it goes on to receive, and replays nothing.</summary>
    public Task PauseAsync() => PrivateCluster.ExecuteAsync("postgres", "select pg_wal_replay_pause()", Standby);

    /// <summary>Lets the standby catch up.</summary>
    public Task ResumeAsync() => PrivateCluster.ExecuteAsync("postgres", "select pg_wal_replay_resume()", Standby);

    public async ValueTask DisposeAsync() => await Task.Run(Stop);

    void Stop()
    {
        PrivateCluster.Run("stop", _standby);
        PrivateCluster.Run("stop", _primary);
    }
}
