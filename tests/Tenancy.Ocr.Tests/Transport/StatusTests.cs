using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Tenancy.Ocr.Tests.Interop;
using Tenancy.Ocr.Tests.Support;
using Tenancy.Transport;
using static Tenancy.Ocr.Tests.Support.GrpcAnswers;

namespace Tenancy.Ocr.Tests.Transport;

/// <summary>How a call ended, by status, by HTTP, by reset.</summary>
public sealed class StatusTests
{
    static readonly byte[] Any = Frame([]);

    [Fact]
    public async Task A_status_in_the_headers_alone()
    {
        var error = await FailAsync(context => Done(() => context.Response.TrailersOnly(5, "not here")));
        Assert.Equal((GrpcStatusCode.NotFound, "not here", GrpcFailure.Status, false), (error.Code, error.Detail, error.Failure, error.HadHeaders));
    }

    [Fact]
    public async Task A_status_in_the_headers_counts_before_the_HTTP_status()
    {
        var error = await FailAsync(context =>
        {
            context.Response.StatusCode = 503;
            return Done(() => context.Response.TrailersOnly(9, "later"));
        });
        Assert.Equal((GrpcStatusCode.FailedPrecondition, GrpcFailure.Status), (error.Code, error.Failure));
    }

    [Fact]
    public async Task OK_in_the_headers_alone_is_no_answer_to_a_unary_call_and_an_empty_stream_else()
    {
        await using var server = await HttpServer.StartAsync(context => Done(() => context.Response.TrailersOnly(0)));
        using var channel = new HttpGrpcChannel(new GrpcChannelOptions { Address = server.Address });
        var error = await Assert.ThrowsAsync<GrpcException>(() => channel.CallAsync(TestService.EmptyCall, new Empty(), GrpcCallOptions.Default, default));
        Assert.Equal(GrpcStatusCode.Internal, error.Code);
        using var call = await channel.StartAsync(TestService.EmptyCall, new Empty(), GrpcCallOptions.Default, default);
        Assert.Empty(await call.ReadAllAsync().ToListAsync());
    }

    [Fact]
    public async Task A_message_before_an_error_does_not_hide_it()
    {
        var error = await FailAsync(async context =>
        {
            context.Response.Begin();
            await context.Response.SendAsync(Any);
            context.Response.End(8, "full");
        });
        Assert.Equal((GrpcStatusCode.ResourceExhausted, "full", true), (error.Code, error.Detail, error.HadHeaders));
    }

    [Theory]
    [InlineData(400, GrpcStatusCode.Internal)]
    [InlineData(401, GrpcStatusCode.Unauthenticated)]
    [InlineData(403, GrpcStatusCode.PermissionDenied)]
    [InlineData(404, GrpcStatusCode.Unimplemented)]
    [InlineData(413, GrpcStatusCode.OutOfRange)]
    [InlineData(429, GrpcStatusCode.Unavailable)]
    [InlineData(500, GrpcStatusCode.Unknown)]
    [InlineData(502, GrpcStatusCode.Unavailable)]
    [InlineData(503, GrpcStatusCode.Unavailable)]
    [InlineData(504, GrpcStatusCode.Unavailable)]
    [InlineData(302, GrpcStatusCode.Unknown)]
    public async Task An_HTTP_status_without_a_gRPC_status(int http, GrpcStatusCode expected)
    {
        var error = await FailAsync(context =>
        {
            context.Response.StatusCode = http;
            context.Response.Headers.Location = "/elsewhere";
            return Task.CompletedTask;
        });
        Assert.Equal((expected, GrpcFailure.NotGrpc), (error.Code, error.Failure));
    }

    [Theory]
    [InlineData("text/html")]
    [InlineData("application/grpcx")]
    [InlineData(null)]
    public async Task Another_media_type(string? type)
    {
        var error = await FailAsync(async context =>
        {
            context.Response.ContentType = type;
            await context.Response.SendAsync(Any);
        });
        Assert.Equal((GrpcStatusCode.Unknown, GrpcFailure.NotGrpc), (error.Code, error.Failure));
    }

    [Theory]
    [InlineData("application/grpc+proto")]
    [InlineData("application/grpc; charset=utf-8")]
    public async Task A_longer_name_of_the_media_type(string type) => await CallAsync(async context =>
    {
        context.Response.ContentType = type;
        await context.Response.SendAsync(Any);
        context.Response.End();
    });

    [Theory]
    [InlineData(null)]
    [InlineData("abc")]
    [InlineData("17")]
    [InlineData("-1")]
    [InlineData("")]
    public async Task No_status_or_none_that_there_is(string? status)
    {
        var error = await FailAsync(async context =>
        {
            context.Response.Begin();
            await context.Response.SendAsync(Any);
            if (status is not null)
                context.Response.AppendTrailer("grpc-status", status);
        });
        Assert.Equal(GrpcStatusCode.Unknown, error.Code);
    }

    [Theory]
    [InlineData("a%20b", "a b")]
    [InlineData("caf%C3%A9 %F0%9F%98%88", "café 😈")]
    [InlineData("100%", "100%")]
    [InlineData("%zz%4", "%zz%4")]
    [InlineData("%e2%98%ba", "☺")]
    [InlineData("", "")]
    public async Task A_message_is_percent_decoded(string sent, string expected) =>
        Assert.Equal(expected, (await FailAsync(context => Done(() => context.Response.TrailersOnly(2, sent)))).Detail);

    [Theory]
    [InlineData(7, GrpcStatusCode.Unavailable)]
    [InlineData(8, GrpcStatusCode.Cancelled)]
    [InlineData(11, GrpcStatusCode.ResourceExhausted)]
    [InlineData(12, GrpcStatusCode.PermissionDenied)]
    [InlineData(2, GrpcStatusCode.Internal)]
    public async Task A_reset_before_the_headers(int http2Error, GrpcStatusCode expected)
    {
        var error = await FailAsync(context => Done(() => context.Reset(http2Error)));
        Assert.Equal((expected, false), (error.Code, error.HadHeaders));
        Assert.Equal(http2Error == 7, error.Failure == GrpcFailure.NotSent);
    }

    [Theory]
    [InlineData(8, GrpcStatusCode.Cancelled)]
    [InlineData(2, GrpcStatusCode.Internal)]
    public async Task A_reset_within_a_message(int http2Error, GrpcStatusCode expected)
    {
        // Not before the client has the headers: a reset that arrives with them may be all that it sees.
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await HttpServer.StartAsync(async context =>
        {
            context.Response.Begin();
            await context.Response.SendAsync(0, 0, 0);
            await begun.Task;
            context.Reset(http2Error);
        });
        using var channel = new HttpGrpcChannel(new GrpcChannelOptions { Address = server.Address });
        using var call = await channel.StartAsync(TestService.EmptyCall, new Empty(), new GrpcCallOptions { Timeout = TimeSpan.FromSeconds(20) }, default);
        begun.SetResult();
        var error = await Assert.ThrowsAsync<GrpcException>(async () => await call.ReadAllAsync().FirstOrDefaultAsync());
        Assert.Equal((expected, true), (error.Code, error.HadHeaders));
    }

    [Fact]
    public async Task A_connection_that_is_cut()
    {
        var error = await FailAsync(async context =>
        {
            context.Response.Begin();
            await context.Response.SendAsync(0, 0, 0);
            context.Features.Get<Microsoft.AspNetCore.Connections.Features.IConnectionLifetimeFeature>()?.Abort();
            context.Abort();
        });
        Assert.Contains(error.Code, new[] { GrpcStatusCode.Unavailable, GrpcStatusCode.Internal, GrpcStatusCode.Cancelled });
    }

    [Fact]
    public async Task Nobody_listens()
    {
        var server = await HttpServer.StartAsync(_ => Task.CompletedTask);
        await server.DisposeAsync();
        using var channel = new HttpGrpcChannel(new GrpcChannelOptions { Address = server.Address });
        var error = await Assert.ThrowsAsync<GrpcException>(() => channel.CallAsync(TestService.EmptyCall, new Empty(), GrpcCallOptions.Default, default));
        Assert.Equal((GrpcStatusCode.Unavailable, GrpcFailure.NotSent), (error.Code, error.Failure));
    }

    [Fact]
    public async Task A_server_of_HTTP_1()
    {
        await using var server = await HttpServer.StartAsync(_ => Task.CompletedTask, protocols: HttpProtocols.Http1);
        using var channel = new HttpGrpcChannel(new GrpcChannelOptions { Address = server.Address });
        var error = await Assert.ThrowsAsync<GrpcException>(() => channel.CallAsync(
            TestService.EmptyCall, new Empty(), new GrpcCallOptions { Timeout = TimeSpan.FromSeconds(10) }, default));
        Assert.NotEqual(GrpcStatusCode.Ok, error.Code);
        Assert.NotEqual(GrpcStatusCode.DeadlineExceeded, error.Code);
    }

    static Task Done(Action action)
    {
        action();
        return Task.CompletedTask;
    }

    static async Task<Empty> CallAsync(RequestDelegate answer)
    {
        await using var server = await HttpServer.StartAsync(answer);
        using var channel = new HttpGrpcChannel(new GrpcChannelOptions { Address = server.Address });
        return await channel.CallAsync(TestService.EmptyCall, new Empty(), new GrpcCallOptions { Timeout = TimeSpan.FromSeconds(20) }, default);
    }

    static Task<GrpcException> FailAsync(RequestDelegate answer) => Assert.ThrowsAsync<GrpcException>(() => CallAsync(answer));
}
