using Google.Protobuf;
using Tenancy.Transport;

namespace Tenancy;

/// <summary>Reads <c>grpc-status-details-bin</c>: a <c>google.rpc.Status</c> with messages of any kind.</summary>
internal static class ErrorDetails
{
    /// <summary>The detail of a kind, or none. What cannot be read is none: it is extra.</summary>
    public static T? Find<T>(GrpcMetadata trailers, MessageParser<T> parser, string name) where T : class, IMessage<T>
    {
        foreach (var bytes in trailers.Binary("grpc-status-details-bin"))
        {
            try
            {
                foreach (var detail in Ocr.Rpc.Status.Parser.ParseFrom(bytes).Details)
                {
                    if (detail.TypeUrl.EndsWith("/" + name, StringComparison.Ordinal))
                        return parser.ParseFrom(detail.Value);
                }
            }
            catch (InvalidProtocolBufferException)
            {
                return null;
            }
        }

        return null;
    }
}
