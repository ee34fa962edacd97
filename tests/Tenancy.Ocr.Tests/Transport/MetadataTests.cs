using Microsoft.AspNetCore.Http;
using Tenancy.Ocr.Tests.Interop;
using Tenancy.Ocr.Tests.Support;
using Tenancy.Transport;

namespace Tenancy.Ocr.Tests.Transport;

public sealed class MetadataTests
{
    [Theory]
    [InlineData("", "v")]
    [InlineData("Upper", "v")]
    [InlineData("a b", "v")]
    [InlineData("ok", "line\nfeed")]
    [InlineData("ok", "é")]
    [InlineData("text-bin", "v")]
    public void What_cannot_be_sent_is_refused(string name, string value) =>
        Assert.Throws<ArgumentException>(() => GrpcMetadata.Empty.With(name, value));

    [Fact]
    public void A_value_that_is_refused_is_not_shown()
    {
        var error = Assert.Throws<ArgumentException>(() => GrpcMetadata.Empty.With("authorization", "secret\n"));
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bytes_arrive_padded_or_not_and_joined_by_commas()
    {
        await using var server = await HttpServer.StartAsync(async context =>
        {
            context.Response.Begin();
            context.Response.Headers["x-sent"] = context.Request.Headers["mine-bin"];
            await context.Response.SendAsync(new Empty());
            context.Response.AppendTrailer("some-bin", "qw==,q6s,///");
            context.Response.AppendTrailer("other", "unknown trailers are kept");
            context.Response.End();
        });
        using var channel = new HttpGrpcChannel(new GrpcChannelOptions { Address = server.Address });
        var options = new GrpcCallOptions { Metadata = GrpcMetadata.Empty.With("mine-bin", new byte[] { 1 }) };
        using var call = await channel.StartAsync(TestService.EmptyCall, new Empty(), options, default);
        await call.SingleAsync();
        Assert.Equal("AQ", call.Headers.Text("x-sent"));
        Assert.Equal([[0xab], [0xab, 0xab], [0xff, 0xff]], call.Trailers.Binary("some-bin").Select(bytes => bytes.Length == 3 ? bytes[..2] : bytes));
        Assert.Equal("unknown trailers are kept", call.Trailers.Text("other"));
    }

    [Theory]
    [InlineData(0L, "1n")]
    [InlineData(-5L, "1n")]
    [InlineData(1L, "100n")]
    [InlineData(10_000L, "1000000n")]
    [InlineData(999_999L, "99999900n")]
    [InlineData(1_000_001L, "100001u")]
    [InlineData(600_000_000L, "60000000u")]
    [InlineData(999_999_991L, "100000m")]
    [InlineData(36_000_000_000_000L, "3600000S")]
    [InlineData(long.MaxValue, "99999999H")]
    public void A_timeout_is_eight_digits_rounded_up(long ticks, string expected) =>
        Assert.Equal(expected, GrpcTimeout.Encode(new TimeSpan(ticks)));

    [Fact]
    public async Task What_every_request_says()
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        await using var server = await HttpServer.StartAsync(async context =>
        {
            foreach (var (name, value) in context.Request.Headers)
                headers[name] = value.ToString();
            headers["path"] = context.Request.Method + " " + context.Request.Path;
            context.Response.Begin();
            await context.Response.SendAsync(new Empty());
            context.Response.End();
        });
        using var channel = new HttpGrpcChannel(new GrpcChannelOptions { Address = server.Address });
        using var activity = new System.Diagnostics.Activity("caller").Start();
        activity.AddBaggage("tenant.name", "acme");
        await channel.CallAsync(TestService.EmptyCall, new Empty(), GrpcCallOptions.Default, default);
        Assert.Equal("POST /grpc.testing.TestService/EmptyCall", headers["path"]);
        Assert.Equal("trailers", headers["TE"]);
        Assert.Equal("application/grpc", headers["Content-Type"]);
        Assert.Equal("identity,gzip,deflate", headers["grpc-accept-encoding"]);
        Assert.False(headers.ContainsKey("grpc-encoding"));
        Assert.False(headers.ContainsKey("grpc-timeout"));
        Assert.DoesNotContain(headers.Values, value => value.Contains("acme", StringComparison.Ordinal));
    }

    [Fact]
    public void The_transport_knows_nothing_of_OCR()
    {
        var types = typeof(IGrpcChannel).Assembly.GetTypes().Where(type => type.Namespace == "Tenancy.Transport");
        var used = types.SelectMany(type => type.GetFields(All).Select(field => field.FieldType)
            .Concat(type.GetMethods(All).SelectMany(method => method.GetParameters().Select(parameter => parameter.ParameterType))));
        Assert.DoesNotContain(used, type => type.FullName?.Contains("Ocr.", StringComparison.Ordinal) == true);
    }

    const System.Reflection.BindingFlags All = System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.Static
        | System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.NonPublic;
}
