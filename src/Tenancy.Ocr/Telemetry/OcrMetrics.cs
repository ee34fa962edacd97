using System.Diagnostics.Metrics;

namespace Tenancy;

/// <summary>What this package counts: by pool, server and status, never by tenant.</summary>
internal sealed class OcrMetrics : IDisposable
{
    const string Pool = "tenancy.ocr.pool";
    const string Server = "server.address";

    readonly Meter _meter = new(OcrTelemetry.MeterName, typeof(OcrMetrics).Assembly.GetName().Version?.ToString(3));
    readonly Histogram<double> _attempts;
    readonly Histogram<double> _waits;
    readonly Counter<long> _pages;
    readonly Counter<long> _bytes;
    readonly Counter<long> _refusals;
    readonly Counter<long> _retries;
    readonly Counter<long> _ejections;

    public OcrMetrics()
    {
        _attempts = _meter.CreateHistogram("tenancy.ocr.attempt.duration", "s", "How long calls to servers took, by status.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120] });
        _waits = _meter.CreateHistogram("tenancy.ocr.wait.duration", "s", "How long those calls waited for a server that had to.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.01, 0.1, 0.5, 1, 5, 10, 30, 60, 120] });
        _pages = _meter.CreateCounter<long>("tenancy.ocr.pages", "{page}", "Pages that were read.");
        _bytes = _meter.CreateCounter<long>("tenancy.ocr.sent", "By", "Bytes of documents that were sent.");
        _refusals = _meter.CreateCounter<long>("tenancy.ocr.refusals", "{call}", "Calls that were refused before a server was asked, by reason.");
        _retries = _meter.CreateCounter<long>("tenancy.ocr.retries", "{attempt}", "Attempts after the first.");
        _ejections = _meter.CreateCounter<long>("tenancy.ocr.ejections", "{server}", "Servers that were left alone for failing more than others.");
    }

    /// <summary>Observes the pools.</summary>
    public void Observe(IReadOnlyCollection<EndpointPool> pools)
    {
        _meter.CreateObservableUpDownCounter("tenancy.ocr.inflight", () => pools.SelectMany(pool => pool.Endpoints.Select(
            endpoint => new Measurement<int>(endpoint.InFlight, new(Pool, pool.Name), new(Server, endpoint.Name)))), "{call}", "Calls that servers work on.");
        _meter.CreateObservableUpDownCounter("tenancy.ocr.waiting", () => pools.Select(
            pool => new Measurement<int>(pool.Waiting, new KeyValuePair<string, object?>(Pool, pool.Name))), "{call}", "Calls that wait for a server.");
    }

    public void Attempted(string pool, string server, GrpcStatusCode status, TimeSpan took, int number)
    {
        if (number > 1 && _retries.Enabled)
            _retries.Add(1, new KeyValuePair<string, object?>(Pool, pool));
        if (_attempts.Enabled)
            _attempts.Record(took.TotalSeconds, new(Pool, pool), new(Server, server), new("rpc.grpc.status_code", (int)status));
    }

    public void Sent(string pool, long bytes)
    {
        if (_bytes.Enabled)
            _bytes.Add(bytes, new KeyValuePair<string, object?>(Pool, pool));
    }

    public void Read(string pool)
    {
        if (_pages.Enabled)
            _pages.Add(1, new KeyValuePair<string, object?>(Pool, pool));
    }

    public void Waited(string pool, TimeSpan time)
    {
        if (_waits.Enabled)
            _waits.Record(time.TotalSeconds, new KeyValuePair<string, object?>(Pool, pool));
    }

    public void Refused(string pool, string reason)
    {
        if (_refusals.Enabled)
            _refusals.Add(1, new(Pool, pool), new("tenancy.reason", reason));
    }

    public void Ejected(string pool, string server)
    {
        if (_ejections.Enabled)
            _ejections.Add(1, new(Pool, pool), new(Server, server));
    }

    public void Dispose() => _meter.Dispose();
}
