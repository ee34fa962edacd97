using Tenancy.Transport;

namespace Tenancy.Ocr.Tests.Interop;

public abstract class PeerFixture(string kind) : IAsyncLifetime
{
    Peer? _peer;

    internal IGrpcChannel Channel { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        if (Peer.WhyNot(kind) is not null)
            return;
        _peer = await Peer.StartAsync(kind);
        Channel = new HttpGrpcChannel(new GrpcChannelOptions { Address = new Uri($"http://127.0.0.1:{_peer.Port}") });
    }

    public Task DisposeAsync()
    {
        Channel?.Dispose();
        _peer?.Dispose();
        return Task.CompletedTask;
    }
}

public sealed class PythonPeer() : PeerFixture(Peer.Python);

public sealed class NodePeer() : PeerFixture(Peer.Node);
