using Tenancy.Ocr.Health.V1;
using Tenancy.Ocr.V1;
using Tenancy.Transport;

namespace Tenancy;

/// <summary>The methods of <c>tenancy.ocr.v1</c>, and of the health service beside it.</summary>
internal static class V1Methods
{
    public const string Service = "tenancy.ocr.v1.OcrService";

    public static readonly GrpcMethod<RecognizeRequest, RecognizeResponse> Recognize = new(Service, "Recognize", RecognizeResponse.Parser);
    public static readonly GrpcMethod<RecognizeDocumentRequest, DocumentEvent> RecognizeDocument = new(Service, "RecognizeDocument", DocumentEvent.Parser);
    public static readonly GrpcMethod<UploadPart, DocumentEvent> UploadAndRecognize = new(Service, "UploadAndRecognize", DocumentEvent.Parser);
    public static readonly GrpcMethod<GetServerInfoRequest, ServerInfo> GetServerInfo = new(Service, "GetServerInfo", ServerInfo.Parser);
    public static readonly GrpcMethod<HealthCheckRequest, HealthCheckResponse> Watch = new("grpc.health.v1.Health", "Watch", HealthCheckResponse.Parser);
}
