namespace Tenancy.Ocr.Tests.Interop;

/// <summary>Against grpc-js, whose server does not compress.</summary>
public sealed class GrpcJsTests(NodePeer peer) : InteropCases(peer), IClassFixture<NodePeer>
{
    [InteropFact(Peer.Node)]
    public Task empty_unary() => EmptyUnary();

    [InteropFact(Peer.Node)]
    public Task large_unary() => LargeUnary();

    [InteropFact(Peer.Node)]
    public Task client_streaming() => ClientStreaming();

    [InteropFact(Peer.Node)]
    public Task server_streaming() => ServerStreaming();

    [InteropFact(Peer.Node)]
    public Task ping_pong() => PingPong();

    [InteropFact(Peer.Node)]
    public Task empty_stream() => EmptyStream();

    [InteropFact(Peer.Node)]
    public Task custom_metadata() => CustomMetadata();

    [InteropFact(Peer.Node)]
    public Task status_code_and_message() => StatusCodeAndMessage();

    [InteropFact(Peer.Node)]
    public Task special_status_message() => SpecialStatusMessage();

    [InteropFact(Peer.Node)]
    public Task unimplemented() => Unimplemented();

    [InteropFact(Peer.Node)]
    public Task cancel_after_begin() => CancelAfterBegin();

    [InteropFact(Peer.Node)]
    public Task cancel_after_first_response() => CancelAfterFirstResponse();

    [InteropFact(Peer.Node)]
    public Task timeout_on_sleeping_server() => TimeoutOnSleepingServer();

    [InteropFact(Peer.Node)]
    public Task client_compressed_unary() => ClientCompressedUnary();

    [InteropFact(Peer.Node)]
    public Task client_compressed_streaming() => ClientCompressedStreaming();
}
