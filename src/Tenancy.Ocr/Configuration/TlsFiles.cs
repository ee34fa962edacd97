using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Tenancy.Transport;

namespace Tenancy;

/// <summary>The certificates on disk, read again when a file changes. A mistake leaves the last good ones in force.</summary>
internal sealed class TlsFiles : IDisposable
{
    readonly OcrTlsOptions _options;
    readonly ILogger _logger;
    readonly Action _changed;
    readonly ITimer? _timer;
    GrpcTls _current;
    string _stamp;

    public TlsFiles(OcrTlsOptions options, TimeProvider time, ILogger logger, Action changed)
    {
        (_options, _logger, _changed) = (options, logger, changed);
        _stamp = Stamp();
        _current = Load(options);
        if (options.IsEmpty)
            return;
        // A timer would keep the ambient tenant of whoever was first alive.
        using (ExecutionContext.SuppressFlow())
            _timer = time.CreateTimer(static files => ((TlsFiles)files!).Look(), this, options.ReloadInterval, options.ReloadInterval);
    }

    public GrpcTls Current => Volatile.Read(ref _current);

    /// <exception cref="CryptographicException">A file is no PEM, or the key is not the certificate's.</exception>
    public static GrpcTls Load(OcrTlsOptions options)
    {
        SslStreamCertificateContext? client = null;
        if (options is { Certificate: { } certificate, Key: { } key })
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(certificate);
            client = SslStreamCertificateContext.Create(X509Certificate2.CreateFromPemFile(certificate, key), chain, offline: true);
        }

        X509Certificate2Collection? roots = null;
        if (options.Roots is { } path)
        {
            roots = [];
            roots.ImportFromPemFile(path);
            if (roots.Count == 0)
                throw new CryptographicException($"There is no certificate in '{path}'.");
        }

        return new GrpcTls(client, roots);
    }

    public void Dispose() => _timer?.Dispose();

    internal void Look()
    {
        try
        {
            var stamp = Stamp();
            if (stamp == _stamp)
                return;
            Volatile.Write(ref _current, Load(_options));
            _stamp = stamp;
            OcrLog.CertificatesChanged(_logger);
            _changed();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            // Half written, perhaps: the next look will tell.
            OcrLog.CertificatesUnreadable(_logger, e);
        }
    }

    string Stamp() => string.Join('|', new[] { _options.Certificate, _options.Key, _options.Roots }
        .Select(file => file is null ? "" : $"{File.GetLastWriteTimeUtc(file).Ticks}:{(File.Exists(file) ? new FileInfo(file).Length : -1)}"));
}
