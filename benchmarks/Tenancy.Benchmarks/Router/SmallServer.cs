using Tenancy.TestKit;

namespace Tenancy.Benchmarks;

/// <summary>The benchmarks' server with fewer connections than it has otherwise, until this is disposed.</summary>
internal sealed class SmallServer : IAsyncDisposable
{
    public static async Task<SmallServer> MakeAsync(int connections)
    {
        await PrivateCluster.ExecuteAsync("postgres", $"alter system set max_connections = {connections}");
        await PrivateCluster.RestartAsync();
        return new SmallServer();
    }

    public async ValueTask DisposeAsync()
    {
        await PrivateCluster.ExecuteAsync("postgres", "alter system reset max_connections");
        await PrivateCluster.RestartAsync();
    }
}
