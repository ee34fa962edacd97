using Microsoft.Extensions.Logging;

namespace Tenancy;

/// <summary>What this package logs: event ids 4000 to 4099. No message carries text that was read.</summary>
internal static partial class OcrLog
{
    [LoggerMessage(4000, LogLevel.Warning, "The OCR server {Server} failed with {Status}: {Detail}")]
    public static partial void AttemptFailed(ILogger logger, string server, GrpcStatusCode status, string detail);

    [LoggerMessage(4001, LogLevel.Error,
        "No secure connection to the OCR server {Server}. Check Ocr:Tls: the roots, the client certificate, and the name in the server's certificate.")]
    public static partial void InsecureServer(ILogger logger, Exception error, string server);

    [LoggerMessage(4002, LogLevel.Information, "The OCR server {Server} of the pool {Pool} serves: {Serving}.")]
    public static partial void ServingChanged(ILogger logger, string server, string pool, bool serving);

    [LoggerMessage(4003, LogLevel.Warning, "The name {Name} of the pool {Pool} cannot be resolved; the last known addresses stay in use.")]
    public static partial void NotResolved(ILogger logger, Exception error, string name, string pool);

    [LoggerMessage(4004, LogLevel.Information, "The certificates for OCR servers were read anew; new connections use them.")]
    public static partial void CertificatesChanged(ILogger logger);

    [LoggerMessage(4005, LogLevel.Error, "The certificates for OCR servers cannot be read; the last good ones stay in use.")]
    public static partial void CertificatesUnreadable(ILogger logger, Exception error);

    [LoggerMessage(4006, LogLevel.Information, "The OCR server {Server} of the pool {Pool} reads with {Engine} {Version}.")]
    public static partial void ServerReadsWith(ILogger logger, string server, string pool, string engine, string version);
}
