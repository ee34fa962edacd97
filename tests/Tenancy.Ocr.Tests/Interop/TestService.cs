using Tenancy.Transport;

namespace Tenancy.Ocr.Tests.Interop;

internal static class TestService
{
    const string Name = "grpc.testing.TestService";

    public static readonly GrpcMethod<Empty, Empty> EmptyCall = new(Name, "EmptyCall", Empty.Parser);
    public static readonly GrpcMethod<Empty, Empty> UnimplementedCall = new(Name, "UnimplementedCall", Empty.Parser);
    public static readonly GrpcMethod<Empty, Empty> UnimplementedService = new("grpc.testing.UnimplementedService", "UnimplementedCall", Empty.Parser);
    public static readonly GrpcMethod<SimpleRequest, SimpleResponse> UnaryCall = new(Name, "UnaryCall", SimpleResponse.Parser);
    public static readonly GrpcMethod<StreamingInputCallRequest, StreamingInputCallResponse> StreamingInputCall =
        new(Name, "StreamingInputCall", StreamingInputCallResponse.Parser);
    public static readonly GrpcMethod<StreamingOutputCallRequest, StreamingOutputCallResponse> StreamingOutputCall =
        new(Name, "StreamingOutputCall", StreamingOutputCallResponse.Parser);
    public static readonly GrpcMethod<StreamingOutputCallRequest, StreamingOutputCallResponse> FullDuplexCall =
        new(Name, "FullDuplexCall", StreamingOutputCallResponse.Parser);
}
