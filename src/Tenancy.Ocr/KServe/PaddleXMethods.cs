using Tenancy.Ocr.KServe.V2;
using Tenancy.Transport;

namespace Tenancy;

/// <summary>The methods of KServe v2 that PaddleX high-stability serving needs.</summary>
internal static class PaddleXMethods
{
    const string Service = "inference.GRPCInferenceService";

    public static readonly GrpcMethod<ModelInferRequest, ModelInferResponse> ModelInfer = new(Service, "ModelInfer", ModelInferResponse.Parser);
    public static readonly GrpcMethod<ModelReadyRequest, ModelReadyResponse> ModelReady = new(Service, "ModelReady", ModelReadyResponse.Parser);
}
