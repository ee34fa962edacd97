using System.Buffers.Binary;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Tenancy.Ocr.Tests.Support;

/// <summary>gRPC by hand, on the server's side: so that each part of it can be left out or spoilt.</summary>
internal static class GrpcAnswers
{
    public static void Begin(this HttpResponse response) => response.ContentType = "application/grpc";

    public static byte[] Frame(byte[] message, byte flag = 0)
    {
        var frame = new byte[5 + message.Length];
        frame[0] = flag;
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), (uint)message.Length);
        message.CopyTo(frame, 5);
        return frame;
    }

    public static async Task SendAsync(this HttpResponse response, params byte[] bytes)
    {
        await response.Body.WriteAsync(bytes);
        await response.Body.FlushAsync();
    }

    public static Task SendAsync(this HttpResponse response, IMessage message) => response.SendAsync(Frame(message.ToByteArray()));

    public static void End(this HttpResponse response, int status = 0, string? message = null)
    {
        response.AppendTrailer("grpc-status", status.ToString(System.Globalization.CultureInfo.InvariantCulture));
        if (message is not null)
            response.AppendTrailer("grpc-message", message);
    }

    /// <summary>The status in the headers, and nothing after them.</summary>
    public static void TrailersOnly(this HttpResponse response, int status, string? message = null)
    {
        response.Begin();
        response.Headers["grpc-status"] = status.ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (message is not null)
            response.Headers["grpc-message"] = message;
    }

    public static void Reset(this HttpContext context, int http2Error) =>
        context.Features.GetRequiredFeature<IHttpResetFeature>().Reset(http2Error);

    /// <summary>The next message of the request, or none at its end.</summary>
    public static async Task<(byte Flag, byte[] Message)?> ReadFrameAsync(this HttpRequest request)
    {
        var header = new byte[5];
        if (await request.Body.ReadAtLeastAsync(header, 5, throwOnEndOfStream: false, request.HttpContext.RequestAborted) < 5)
            return null;
        var message = new byte[BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(1))];
        await request.Body.ReadExactlyAsync(message, request.HttpContext.RequestAborted);
        return (header[0], message);
    }

    public static async Task<T> ReadMessageAsync<T>(this HttpRequest request, MessageParser<T> parser) where T : IMessage<T> =>
        parser.ParseFrom((await request.ReadFrameAsync() ?? throw new EndOfStreamException()).Message);
}
