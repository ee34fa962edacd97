using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging.Abstractions;
using Tenancy.Ocr.Tests.Support;

namespace Tenancy.Ocr.Tests.Client;

/// <summary>Certificates from files, replaced while the client runs.</summary>
public sealed class TlsTests : IDisposable
{
    readonly Authority _authority = new("ours");
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tenancy-tls");

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Files_are_read_again_when_they_change_and_a_mistake_leaves_the_last_good_ones()
    {
        var options = Write("first");
        var time = new ManualTime();
        var changes = 0;
        using var files = new TlsFiles(options, time, NullLogger.Instance, () => changes++);
        Assert.Equal("CN=first", files.Current.Client!.TargetCertificate.Subject);
        time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(0, changes);

        await File.WriteAllTextAsync(options.Certificate!, "half written");
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(("CN=first", 0), (files.Current.Client!.TargetCertificate.Subject, changes));

        Write("second-one");
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(("CN=second-one", 1), (files.Current.Client!.TargetCertificate.Subject, changes));
    }

    [Fact]
    public async Task A_document_is_read_over_mutual_TLS()
    {
        var seen = new List<string>();
        using var certificate = _authority.Issue("localhost");
        await using var server = await OcrServer.StartAsync(server => server.Before = async (context, _) =>
        {
            seen.Add((await context.Connection.GetClientCertificateAsync())!.Subject);
            return false;
        }, tls: https =>
        {
            https.ServerCertificate = certificate;
            https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
            https.ClientCertificateValidation = (_, _, _) => true;
        });
        var files = Write("client");
        await using var host = new OcrHost(options =>
        {
            OcrHost.Add(options, server);
            (options.Tls.Certificate, options.Tls.Key, options.Tls.Roots) = (files.Certificate, files.Key, files.Roots);
        });
        Assert.Equal("tls-1", (await host.Client.ReadAsync(new OcrDocument(Samples.Png("tls-1")))).Text);
        Assert.Equal(["CN=client"], seen);

        // Whoever does not trust the authority reads nothing, and is told why.
        await using var stranger = new OcrHost(options => OcrHost.Add(options, server));
        var error = await Assert.ThrowsAsync<OcrException>(() => stranger.Client.ReadAsync(new OcrDocument(Samples.Png("t"))));
        Assert.Equal((GrpcStatusCode.Unavailable, false), (error.Status, error.IsRetryable));
        Assert.Contains("certificate", error.Message, StringComparison.Ordinal);
    }

    OcrTlsOptions Write(string name)
    {
        using var certificate = _authority.Issue(name);
        return new OcrTlsOptions
        {
            Certificate = Write("cert.pem", certificate.ExportCertificatePem()),
            Key = Write("key.pem", certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem()),
            Roots = Write("roots.pem", _authority.Certificate.ExportCertificatePem()),
        };
    }

    string Write(string file, string text)
    {
        var path = Path.Combine(_folder.FullName, file);
        File.WriteAllText(path, text);
        return path;
    }
}
