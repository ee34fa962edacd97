using Inbox.Scans.Intake;
using Inbox.Scans.Progress;
using Inbox.Scans.Queue;
using Inbox.Scans.Storage;
using Inbox.Scans.Work;
using Microsoft.Extensions.Options;

namespace Inbox.Scans;

static class ScanExtensions
{
    /// <summary>Whether OCR servers are configured. Without any there are no scans, and the API is one of texts.</summary>
    public static bool HasOcrServers(this IConfiguration configuration) => configuration.GetSection("Tenancy:Ocr").Exists();

    /// <summary>Scans: taken in, queued, read and shown. A mistake in the section stops the host at start.</summary>
    public static void AddScans(this IServiceCollection services, IConfigurationSection section)
    {
        services.AddOptions<ScanOptions>().Bind(section, binder => binder.ErrorOnUnknownConfiguration = true).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ScanOptions>, ScanOptionsValidator>();
        services.AddSingleton<IScanStore, PostgresScanStore>();
        services.AddSingleton<IScanQueue, PostgresScanQueue>();
        services.AddSingleton<ScanBell>();
        services.AddSingleton<UploadRoom>();
        services.AddSingleton<ScanDesk>();
        services.AddSingleton<WatchScan>();
        services.AddSingleton<ScanPagesReader>();
        services.AddSingleton<ScanReading>();
        services.AddHostedService<ScanWorkers>();
    }
}
