using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Tenancy.Ocr.Health.V1;
using Tenancy.Ocr.Tests.Support;
using Tenancy.Ocr.V1;
using Tenancy.Transport;

namespace Tenancy.Ocr.Tests.Server;

/// <summary>How it starts, who may call, and how it ends.</summary>
public sealed class LifeTests
{
    [ServerFact]
    public async Task It_tells_its_model_its_limits_and_its_health_and_says_so_before_it_stops()
    {
        await using var server = await SampleServer.StartAsync(["--engine", "tesseract", "--max-pages", "7"]);
        using var channel = server.Connect();
        var info = await channel.CallAsync(V1Methods.GetServerInfo, new GetServerInfoRequest(), GrpcCallOptions.Default, CancellationToken.None);
        Assert.Equal(("tesseract", 7u, 0u, "1"), (info.Models.Single().Engine, info.Limits.MaxPagesStream, info.InFlight, info.ApiVersion));
        Assert.Contains("en", info.Models.Single().Languages);

        await using var host = new OcrHost(options => options.Servers.Add(server.Address.ToString()));
        Assert.Equal("Text", (await host.Client.ReadAsync(new OcrDocument(TextFiles.Pdf("Text")))).Text);
        Assert.Equal("tesseract", host.Diagnostics.Snapshot().Single().Servers.Single().Models.Single().Engine);

        using var watch = await channel.StartAsync(V1Methods.Watch, new HealthCheckRequest { Service = V1Methods.Service }, GrpcCallOptions.Default, CancellationToken.None);
        var health = watch.ReadAllAsync().GetAsyncEnumerator();
        Assert.True(await health.MoveNextAsync());
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, health.Current.Status);
        var stopping = server.DisposeAsync();
        Assert.True(await health.MoveNextAsync());
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.NotServing, health.Current.Status);
        await health.DisposeAsync();
        await stopping;
    }

    [ServerFact]
    public async Task A_server_killed_at_work_is_one_clear_error_and_one_that_comes_back_reads()
    {
        await using var server = await SampleServer.StartAsync(["--engine", "tesseract"]);
        await using var host = new OcrHost(options => options.Servers.Add(server.Address.ToString()));
        var document = new OcrDocument(TextFiles.Pdf([.. Enumerable.Range(1, 60).Select(page => $"This is page {page}")]));
        var pages = 0;
        var error = await Assert.ThrowsAsync<OcrException>(async () =>
        {
            await foreach (var page in host.Client.ReadPagesAsync(document))
            {
                if (++pages == 1)
                    await server.CrashAsync();
            }
        });
        Assert.InRange(pages, 1, 59);
        Assert.Equal((GrpcStatusCode.Unavailable, true), (error.Status, error.IsRetryable));
        Assert.Contains(server.Address.Authority, error.Message, StringComparison.Ordinal);
        await server.RestartAsync();
        Assert.Equal("Back again", (await host.Client.ReadAsync(new OcrDocument(TextFiles.Pdf("Back again")))).Text);
    }

    [ServerFact]
    public async Task Its_children_end_with_it_however_it_ends()
    {
        await using var server = await SampleServer.StartAsync(["--engine", "tesseract"]);
        using var channel = server.Connect();
        var request = new RecognizeRequest { Content = Google.Protobuf.ByteString.CopyFrom(TextFiles.Bomb()) };
        var call = channel.CallAsync(V1Methods.Recognize, request, GrpcCallOptions.Default, CancellationToken.None);
        await server.LoggedAsync("opened");
        string[] children;
        do
            children = [.. server.Children().Where(SampleServer.Runs)];
        while (children.Length == 0);
        await server.CrashAsync();
        Assert.Equal(GrpcStatusCode.Unavailable, (await Assert.ThrowsAsync<GrpcException>(() => call)).Code);
        await SampleServer.GoneAsync(() => !children.Any(SampleServer.Runs));
    }

    [ServerFact]
    public async Task With_mutual_TLS_strangers_are_refused()
    {
        using var ours = new Authority("ours");
        using var theirs = new Authority("theirs");
        var folder = Directory.CreateTempSubdirectory("tenancy-tls");
        try
        {
            var (certificate, key, roots) = Write(folder, "server", ours.Issue("localhost"), ours);
            await using var server = await SampleServer.StartAsync(
                ["--engine", "tesseract", "--tls-cert", certificate!, "--tls-key", key!, "--tls-client-roots", roots!]);
            Assert.Equal("https", server.Address.Scheme);

            Assert.Equal("Secret", await ReadAsync(server.Address, Write(folder, "client", ours.Issue("client"), ours)));
            await RefusedAsync(server.Address, (null, null, roots));
            await RefusedAsync(server.Address, Write(folder, "foreign", theirs.Issue("client"), ours));
            await RefusedAsync(server.Address, Write(folder, "misled", ours.Issue("client"), theirs));
            await RefusedAsync(new Uri($"https://127.0.0.1:{server.Address.Port}"), Write(folder, "client", ours.Issue("client"), ours));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [ServerFact]
    public async Task More_documents_than_it_takes_are_told_when_to_come_again()
    {
        await using var server = await SampleServer.StartAsync(["--engine", "tesseract", "--max-documents", "1"]);
        using var channel = server.Connect();
        var request = new RecognizeDocumentRequest { Request = new RecognizeRequest { Content = Google.Protobuf.ByteString.CopyFrom(TextFiles.Pdf([.. Enumerable.Repeat("Text", 60)])) } };
        using (var first = await channel.StartAsync(V1Methods.RecognizeDocument, request, GrpcCallOptions.Default, CancellationToken.None))
        {
            await using var events = first.ReadAllAsync().GetAsyncEnumerator();
            Assert.True(await events.MoveNextAsync());
            var error = await Assert.ThrowsAsync<GrpcException>(() => channel.CallAsync(V1Methods.Recognize, request.Request, GrpcCallOptions.Default, CancellationToken.None));
            Assert.Equal((GrpcStatusCode.ResourceExhausted, "1000"), (error.Code, error.Trailers.Text("grpc-retry-pushback-ms")));
        }

        // The typed client comes again by itself.
        await using var host = new OcrHost(options => options.Servers.Add(server.Address.ToString()));
        Assert.Equal("Text", (await host.Client.ReadAsync(new OcrDocument(TextFiles.Pdf("Text")))).Text);
    }

    static async Task RefusedAsync(Uri address, (string?, string?, string?) files)
    {
        var error = await Assert.ThrowsAsync<OcrException>(() => ReadAsync(address, files));
        Assert.Equal(GrpcStatusCode.Unavailable, error.Status);
    }

    static async Task<string> ReadAsync(Uri address, (string? Certificate, string? Key, string? Roots) files)
    {
        await using var host = new OcrHost(options =>
        {
            options.Servers.Add(address.ToString());
            (options.Tls.Certificate, options.Tls.Key, options.Tls.Roots) = files;
        });
        return (await host.Client.ReadAsync(new OcrDocument(TextFiles.Pdf("Secret")), new OcrRequestOptions { Timeout = TimeSpan.FromSeconds(30) })).Text;
    }

    static (string?, string?, string?) Write(DirectoryInfo folder, string name, X509Certificate2 certificate, Authority authority)
    {
        using (certificate)
        {
            return (File("cert", certificate.ExportCertificatePem()), File("key", certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem()),
                File("roots", authority.Certificate.ExportCertificatePem()));
        }

        string File(string kind, string text)
        {
            var path = Path.Combine(folder.FullName, $"{name}-{kind}.pem");
            System.IO.File.WriteAllText(path, text);
            return path;
        }
    }
}
