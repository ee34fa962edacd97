using System.Diagnostics.Metrics;

namespace Tenancy;

/// <summary>What the router counts, beside what the driver counts itself. By server and database, never by tenant.</summary>
internal sealed class RouterMetrics : IDisposable
{
    readonly Meter _meter = new(TenancyDiagnostics.MeterName, typeof(RouterMetrics).Assembly.GetName().Version?.ToString());
    readonly Counter<long> _destroyed;
    readonly Counter<long> _evicted;
    readonly Counter<long> _timeouts;
    readonly Counter<long> _storageRefused;
    readonly Counter<long> _storageThresholds;
    readonly Histogram<double> _waits;

    public RouterMetrics()
    {
        _destroyed = _meter.CreateCounter<long>("tenancy.connection.destroyed", "{connection}",
            "Connections that were closed because of what happened on them.");
        _evicted = _meter.CreateCounter<long>("tenancy.connection.evicted", "{connection}",
            "Idle connections that were closed for age, or to make room for another database.");
        _timeouts = _meter.CreateCounter<long>("tenancy.connection.timeouts", "{timeout}",
            "Waits for a connection that ended without one.");
        _storageRefused = _meter.CreateCounter<long>("tenancy.storage.refusals", "{statement}",
            "Statements that were refused because their tenant's storage is full.");
        _storageThresholds = _meter.CreateCounter<long>("tenancy.storage.thresholds", "{threshold}",
            "Thresholds of storage quotas that tenants passed upwards.");
        _waits = _meter.CreateHistogram("tenancy.connection.wait.duration", "s",
            "How long those waited that had to wait for a connection.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10] });
    }

    /// <summary>Observes the budgets once they are known.</summary>
    public void Observe(Func<IEnumerable<ServerBudget>> budgets)
    {
        _meter.CreateObservableUpDownCounter("tenancy.connection.count", () => Measure(budgets, static budget => budget.Used),
            "{connection}", "Connections that are open or were closed a moment ago.");
        _meter.CreateObservableUpDownCounter("tenancy.connection.budget", () => Measure(budgets, static budget => budget.Limit),
            "{connection}", "Connections that the tenants' pools may hold.");
        _meter.CreateObservableUpDownCounter("tenancy.connection.pending", () => Measure(budgets, static budget => budget.Waiting),
            "{request}", "Requests that wait for a connection.");
    }

    public void Destroyed(string server, string reason)
    {
        if (_destroyed.Enabled)
            _destroyed.Add(1, new("tenancy.server", server), new("tenancy.reason", reason));
    }

    public void Evicted(string server)
    {
        if (_evicted.Enabled)
            _evicted.Add(1, new KeyValuePair<string, object?>("tenancy.server", server));
    }

    public void StorageRefused(string server)
    {
        if (_storageRefused.Enabled)
            _storageRefused.Add(1, new KeyValuePair<string, object?>("tenancy.server", server));
    }

    public void StorageThreshold(string server, int percent)
    {
        if (_storageThresholds.Enabled)
            _storageThresholds.Add(1, new("tenancy.server", server), new("tenancy.percent", percent));
    }

    public void Waited(string server, TimeSpan time, bool granted)
    {
        if (!granted && _timeouts.Enabled)
            _timeouts.Add(1, new KeyValuePair<string, object?>("tenancy.server", server));
        if (_waits.Enabled)
            _waits.Record(time.TotalSeconds, new KeyValuePair<string, object?>("tenancy.server", server));
    }

    public void Dispose() => _meter.Dispose();

    static IEnumerable<Measurement<int>> Measure(Func<IEnumerable<ServerBudget>> budgets, Func<ServerBudget, int> value) =>
        budgets().Select(budget => new Measurement<int>(value(budget), new KeyValuePair<string, object?>("tenancy.server", budget.Server)));
}
