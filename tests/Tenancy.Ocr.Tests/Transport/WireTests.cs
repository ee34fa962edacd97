using System.IO.Compression;
using System.Text;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using Tenancy.Ocr.Tests.Interop;
using Tenancy.Ocr.Tests.Support;
using Tenancy.Transport;
using static Tenancy.Ocr.Tests.Support.GrpcAnswers;

namespace Tenancy.Ocr.Tests.Transport;

/// <summary>What a server may do to the bytes of an answer.</summary>
public sealed class WireTests
{
    const int MaxReceive = 1_000_000;

    static readonly byte[] Hello = Response("hello").ToByteArray();

    [Fact]
    public async Task One_message_and_OK() => Assert.Equal("hello", await CallAsync(async response =>
    {
        await response.SendAsync(Frame(Hello));
        response.End();
    }));

    [Fact]
    public async Task A_frame_in_pieces_of_one_byte() => Assert.Equal("hello", await CallAsync(async response =>
    {
        foreach (var piece in Frame(Hello))
            await response.SendAsync(piece);
        response.End();
    }));

    [Fact]
    public async Task An_empty_message()
    {
        Assert.Equal("", await CallAsync(async response =>
        {
            await response.SendAsync(Frame([]));
            response.End();
        }));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    public async Task A_compressed_message(string encoding) => Assert.Equal("hello", await CallAsync(async response =>
    {
        response.Headers["grpc-encoding"] = encoding;
        await response.SendAsync(Frame(Compress(encoding, Hello), 1));
        response.End();
    }));

    [Fact]
    public async Task Many_messages_in_one_piece_and_one_across_pieces()
    {
        var sizes = new[] { 0, 1, 70_000, 3, 16_384, 200_000 };
        await using var server = await HttpServer.StartAsync(async context =>
        {
            context.Response.Begin();
            var all = sizes.SelectMany(size => Frame(Response(new string('x', size)).ToByteArray())).ToArray();
            foreach (var piece in all.Chunk(9_973))
                await context.Response.SendAsync(piece);
            context.Response.End();
        });
        using var channel = Channel(server);
        using var call = await channel.StartAsync(TestService.UnaryCall, new SimpleRequest(), GrpcCallOptions.Default, default);
        Assert.Equal(sizes, await call.ReadAllAsync().Select(message => message.Payload.Body.Length).ToListAsync());
    }

    [Theory]
    [InlineData(GrpcStatusCode.Internal, "within the 5 bytes", new byte[] { 0, 0, 0 })]
    [InlineData(GrpcStatusCode.Internal, "after 2 of a message's 9", new byte[] { 0, 0, 0, 0, 9, 1, 2 })]
    [InlineData(GrpcStatusCode.Internal, "begins with 2", new byte[] { 2, 0, 0, 0, 0 })]
    [InlineData(GrpcStatusCode.Internal, "cannot be decoded", new byte[] { 0, 0, 0, 0, 2, 0xff, 0xff })]
    [InlineData(GrpcStatusCode.Internal, "without naming its encoding", new byte[] { 1, 0, 0, 0, 1, 7 })]
    [InlineData(GrpcStatusCode.ResourceExhausted, "4,294,967,295 bytes", new byte[] { 0, 0xff, 0xff, 0xff, 0xff, 0 })]
    [InlineData(GrpcStatusCode.ResourceExhausted, "1,000,001 bytes", new byte[] { 0, 0, 0x0f, 0x42, 0x41 })]
    [InlineData(GrpcStatusCode.Internal, "OK without a message", new byte[] { })]
    [InlineData(GrpcStatusCode.Internal, "more than one", new byte[] { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 })]
    public async Task Bytes_that_are_no_answer(GrpcStatusCode code, string says, byte[] bytes)
    {
        var error = await FailAsync(async response =>
        {
            await response.SendAsync(bytes);
            response.End();
        });
        Assert.Equal((code, GrpcFailure.Malformed), (error.Code, error.Failure));
        Assert.Contains(says, error.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("identity", "without naming")]
    [InlineData("snappy", "'snappy'")]
    [InlineData("gzip", "damaged")]
    public async Task Compression_that_is_none(string encoding, string says)
    {
        var error = await FailAsync(async response =>
        {
            response.Headers["grpc-encoding"] = encoding;
            await response.SendAsync(Frame([9, 9, 9, 9], 1));
            response.End();
        });
        Assert.Equal(GrpcStatusCode.Internal, error.Code);
        Assert.Contains(says, error.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_that_decompresses_to_more_than_is_taken()
    {
        var bomb = Compress("gzip", new byte[50_000_000]);
        Assert.True(bomb.Length < MaxReceive);
        var error = await FailAsync(async response =>
        {
            response.Headers["grpc-encoding"] = "gzip";
            await response.SendAsync(Frame(bomb, 1));
            response.End();
        });
        Assert.Equal(GrpcStatusCode.ResourceExhausted, error.Code);
    }

    [Fact]
    public async Task A_compressed_message_that_is_cut_off()
    {
        var whole = Compress("gzip", Response(new string('a', 10_000) + Guid.NewGuid()).ToByteArray());
        var error = await FailAsync(async response =>
        {
            response.Headers["grpc-encoding"] = "gzip";
            await response.SendAsync(Frame(whole[..^20], 1));
            response.End();
        });
        Assert.Equal(GrpcStatusCode.Internal, error.Code);
    }

    [Fact]
    public async Task The_server_says_whether_a_request_was_compressed()
    {
        // The probe of client_compressed_unary: what claims to be compressed and is not.
        var flags = new List<byte>();
        await using var server = await HttpServer.StartAsync(async context =>
        {
            context.Response.Begin();
            while (await context.Request.ReadFrameAsync() is var (flag, message))
            {
                flags.Add(flag);
                var plain = flag == 0 ? message : Decompress(message);
                Assert.Equal(1000, SimpleRequest.Parser.ParseFrom(plain).Payload.Body.Length);
            }

            await context.Response.SendAsync(Frame(Hello));
            context.Response.End();
        });
        using var channel = Channel(server);
        var request = new SimpleRequest { Payload = new Payload { Body = ByteString.CopyFrom(new byte[1000]) } };
        foreach (var compress in new[] { true, false })
            await channel.CallAsync(TestService.UnaryCall, request, new GrpcCallOptions { Compress = _ => compress }, default);
        await channel.CallAsync(TestService.UnaryCall, request, GrpcCallOptions.Default, default);
        Assert.Equal([1, 0, 0], flags);
    }

    static SimpleResponse Response(string text) => new() { Payload = new Payload { Body = ByteString.CopyFromUtf8(text) } };

    static byte[] Compress(string encoding, byte[] bytes)
    {
        using var compressed = new MemoryStream();
        using (Stream stream = encoding == "gzip" ? new GZipStream(compressed, CompressionLevel.Optimal) : new ZLibStream(compressed, CompressionLevel.Optimal))
            stream.Write(bytes);
        return compressed.ToArray();
    }

    static byte[] Decompress(byte[] bytes)
    {
        using var plain = new MemoryStream();
        using var gzip = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
        gzip.CopyTo(plain);
        return plain.ToArray();
    }

    static HttpGrpcChannel Channel(HttpServer server) => new(new GrpcChannelOptions { Address = server.Address, MaxReceiveBytes = MaxReceive });

    static async Task<string> CallAsync(Func<HttpResponse, Task> answer)
    {
        await using var server = await HttpServer.StartAsync(async context =>
        {
            context.Response.Begin();
            await answer(context.Response);
        });
        using var channel = Channel(server);
        var options = new GrpcCallOptions { Timeout = TimeSpan.FromSeconds(20) };
        var response = await channel.CallAsync(TestService.UnaryCall, new SimpleRequest(), options, default);
        return Encoding.UTF8.GetString(response.Payload?.Body.ToByteArray() ?? []);
    }

    static Task<GrpcException> FailAsync(Func<HttpResponse, Task> answer) => Assert.ThrowsAsync<GrpcException>(() => CallAsync(answer));
}
