namespace Tenancy.Ocr.Tests.Interop;

/// <summary>Against grpcio, on gRPC's C core.</summary>
public sealed class GrpcioTests(PythonPeer peer) : InteropCases(peer), IClassFixture<PythonPeer>
{
    [InteropFact(Peer.Python)]
    public Task empty_unary() => EmptyUnary();

    [InteropFact(Peer.Python)]
    public Task large_unary() => LargeUnary();

    [InteropFact(Peer.Python)]
    public Task client_streaming() => ClientStreaming();

    [InteropFact(Peer.Python)]
    public Task server_streaming() => ServerStreaming();

    [InteropFact(Peer.Python)]
    public Task ping_pong() => PingPong();

    [InteropFact(Peer.Python)]
    public Task empty_stream() => EmptyStream();

    [InteropFact(Peer.Python)]
    public Task custom_metadata() => CustomMetadata();

    [InteropFact(Peer.Python)]
    public Task status_code_and_message() => StatusCodeAndMessage();

    [InteropFact(Peer.Python)]
    public Task special_status_message() => SpecialStatusMessage();

    [InteropFact(Peer.Python)]
    public Task unimplemented() => Unimplemented();

    [InteropFact(Peer.Python)]
    public Task cancel_after_begin() => CancelAfterBegin();

    [InteropFact(Peer.Python)]
    public Task cancel_after_first_response() => CancelAfterFirstResponse();

    [InteropFact(Peer.Python)]
    public Task timeout_on_sleeping_server() => TimeoutOnSleepingServer();

    [InteropFact(Peer.Python)]
    public Task client_compressed_unary() => ClientCompressedUnary();

    [InteropFact(Peer.Python)]
    public Task client_compressed_streaming() => ClientCompressedStreaming();

    [InteropFact(Peer.Python)]
    public Task server_compressed_unary() => ServerCompressedUnary();

    [InteropFact(Peer.Python)]
    public Task server_compressed_streaming() => ServerCompressedStreaming();
}
