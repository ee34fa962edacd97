using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Tenancy.Ocr.Tests.Interop;
using Tenancy.Ocr.Tests.Support;
using Tenancy.Transport;

namespace Tenancy.Ocr.Tests.Transport;

/// <summary>Mutual TLS with certificates made for the test: who is let in, and that all others are not.</summary>
public sealed class MutualTlsTests : IDisposable
{
    readonly Authority _ours = new("ours");
    readonly Authority _foreign = new("foreign");

    public void Dispose()
    {
        _ours.Dispose();
        _foreign.Dispose();
    }

    [Fact]
    public async Task Both_sides_trust_each_other()
    {
        await using var server = await ServeAsync(_ours.Issue("localhost"));
        await CallAsync(server.Address, new GrpcTls(_ours.IssueContext("client"), _ours.Roots));
    }

    [Fact]
    public async Task A_pinned_address_is_verified_by_its_name()
    {
        await using var server = await ServeAsync(_ours.Issue("ocr.internal"));
        var named = new Uri($"https://ocr.internal:{server.Port}");
        await CallAsync(named, new GrpcTls(_ours.IssueContext("client"), _ours.Roots), new IPEndPoint(IPAddress.Loopback, server.Port));
        var other = new Uri($"https://other.internal:{server.Port}");
        await RefusedAsync(() => CallAsync(other, new GrpcTls(_ours.IssueContext("client"), _ours.Roots), new IPEndPoint(IPAddress.Loopback, server.Port)));
    }

    [Fact]
    public async Task No_client_certificate()
    {
        await using var server = await ServeAsync(_ours.Issue("localhost"));
        await RefusedAsync(() => CallAsync(server.Address, new GrpcTls(null, _ours.Roots)));
    }

    [Fact]
    public async Task A_client_certificate_of_another_authority()
    {
        await using var server = await ServeAsync(_ours.Issue("localhost"));
        await RefusedAsync(() => CallAsync(server.Address, new GrpcTls(_foreign.IssueContext("client"), _ours.Roots)));
    }

    [Fact]
    public async Task A_server_certificate_of_another_authority()
    {
        await using var server = await ServeAsync(_foreign.Issue("localhost"));
        Assert.Equal(GrpcFailure.Security, (await RefusedAsync(() => CallAsync(server.Address, new GrpcTls(_ours.IssueContext("client"), _ours.Roots)))).Failure);
    }

    [Fact]
    public async Task A_server_certificate_of_another_name()
    {
        await using var server = await ServeAsync(_ours.Issue("elsewhere"));
        Assert.Equal(GrpcFailure.Security, (await RefusedAsync(() => CallAsync(server.Address, new GrpcTls(_ours.IssueContext("client"), _ours.Roots)))).Failure);
    }

    [Fact]
    public async Task The_machines_roots_do_not_trust_it()
    {
        await using var server = await ServeAsync(_ours.Issue("localhost"));
        Assert.Equal(GrpcFailure.Security, (await RefusedAsync(() => CallAsync(server.Address, new GrpcTls(_ours.IssueContext("client"), null)))).Failure);
    }

    [Fact]
    public async Task A_certificate_is_replaced_without_dropping_a_call()
    {
        var seen = new List<string>();
        var proceed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await ServeAsync(_ours.Issue("localhost"), async (subject, path) =>
        {
            lock (seen)
                seen.Add(subject);
            if (path.EndsWith("UnaryCall", StringComparison.Ordinal))
            {
                reached.SetResult();
                await proceed.Task;
            }
        });
        var current = "first";
        using var channel = new HttpGrpcChannel(new GrpcChannelOptions
        {
            Address = server.Address,
            Tls = () => new GrpcTls(_ours.IssueContext(current), _ours.Roots),
        });
        var slow = channel.CallAsync(TestService.UnaryCall, new SimpleRequest(), GrpcCallOptions.Default, default);
        await reached.Task;
        current = "second";
        channel.Rotate();
        await channel.CallAsync(TestService.EmptyCall, new Empty(), GrpcCallOptions.Default, default);
        proceed.SetResult();
        await slow;
        Assert.Equal(["CN=first", "CN=second"], seen);
    }

    [InteropFact(Peer.Python)]
    public Task Grpcio() => AgainstAsync(Peer.Python);

    [InteropFact(Peer.Node)]
    public Task GrpcJs() => AgainstAsync(Peer.Node);

    async Task AgainstAsync(string kind)
    {
        using var folder = new Folder();
        using var certificate = _ours.Issue("localhost");
        using var peer = await Peer.StartAsync(kind,
            folder.Write("cert.pem", certificate.ExportCertificatePem()),
            folder.Write("key.pem", certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem()),
            folder.Write("roots.pem", _ours.Certificate.ExportCertificatePem()));
        var address = new Uri($"https://localhost:{peer.Port}");
        var pinned = new IPEndPoint(IPAddress.Loopback, peer.Port);
        await CallAsync(address, new GrpcTls(_ours.IssueContext("client"), _ours.Roots));
        await RefusedAsync(() => CallAsync(address, new GrpcTls(null, _ours.Roots)));
        await RefusedAsync(() => CallAsync(address, new GrpcTls(_foreign.IssueContext("client"), _ours.Roots)));
        await RefusedAsync(() => CallAsync(address, new GrpcTls(_ours.IssueContext("client"), _foreign.Roots)));
        await RefusedAsync(() => CallAsync(new Uri($"https://elsewhere:{peer.Port}"), new GrpcTls(_ours.IssueContext("client"), _ours.Roots), pinned));
    }

    Task<HttpServer> ServeAsync(X509Certificate2 certificate, Func<string, string, Task>? onCall = null) => HttpServer.StartAsync(async context =>
    {
        if (onCall is not null)
            await onCall((await context.Connection.GetClientCertificateAsync())!.Subject, context.Request.Path);
        context.Response.Begin();
        await context.Response.SendAsync(new Empty());
        context.Response.End();
    }, https =>
    {
        https.ServerCertificate = certificate;
        https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
        https.ClientCertificateValidation = (client, _, _) =>
        {
            using var chain = new X509Chain();
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            chain.ChainPolicy.CustomTrustStore.Add(_ours.Certificate);
            return chain.Build(client);
        };
    });

    static async Task CallAsync(Uri address, GrpcTls tls, IPEndPoint? pinned = null)
    {
        using var channel = new HttpGrpcChannel(new GrpcChannelOptions { Address = address, Pinned = pinned, Tls = () => tls });
        await channel.CallAsync(TestService.EmptyCall, new Empty(), new GrpcCallOptions { Timeout = TimeSpan.FromSeconds(20) }, default);
    }

    static async Task<GrpcException> RefusedAsync(Func<Task> call)
    {
        var error = await Assert.ThrowsAsync<GrpcException>(call);
        Assert.Equal(GrpcStatusCode.Unavailable, error.Code);
        return error;
    }

    sealed class Folder : IDisposable
    {
        readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("tenancy-tls");

        public string Write(string name, string text)
        {
            var path = Path.Combine(_directory.FullName, name);
            File.WriteAllText(path, text);
            return path;
        }

        public void Dispose() => _directory.Delete(recursive: true);
    }
}
