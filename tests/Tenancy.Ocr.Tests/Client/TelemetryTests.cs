using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Tenancy.Ocr.Tests.Support;

namespace Tenancy.Ocr.Tests.Client;

public sealed class TelemetryTests
{
    [Fact]
    public async Task A_trace_goes_on_at_the_server_and_names_the_tenant_only_here()
    {
        string? traceparent = null;
        await using var server = await OcrServer.StartAsync(server => server.Before = (context, _) =>
        {
            traceparent = context.Request.Headers["traceparent"];
            Assert.DoesNotContain(context.Request.Headers, header => header.Value.ToString().Contains("acme", StringComparison.Ordinal));
            return Task.FromResult(false);
        });
        await using var host = new OcrHost(options => OcrHost.Add(options, server), tenancy: true);
        var ended = new ConcurrentBag<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == OcrTelemetry.ActivitySourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = ended.Add,
        };
        ActivitySource.AddActivityListener(listener);
        using var caller = new Activity("caller").Start();
        var tenant = OcrHost.Tenant("acme");
        using (host.Tenants.Enter(tenant))
            await host.Client.ReadAsync(new OcrDocument(Samples.Png("t")));
        var document = ended.Single(activity => activity.OperationName == "ocr document" && activity.TraceId == caller.TraceId);
        var attempt = ended.Single(activity => activity.OperationName == "ocr attempt" && activity.TraceId == caller.TraceId);
        Assert.Equal(tenant.Id.ToString(), document.GetTagItem(TenancyTelemetry.TenantIdKey));
        Assert.Equal(attempt.Id, traceparent);
        Assert.Equal(0, attempt.GetTagItem("rpc.grpc.status_code"));
    }

    [Fact]
    public async Task What_is_counted_names_pool_and_server_and_no_tenant()
    {
        await using var server = await OcrServer.StartAsync(server => server.Pages = 2);
        var measured = new ConcurrentDictionary<string, double>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, listening) =>
        {
            if (instrument.Meter.Name == OcrTelemetry.MeterName)
                listening.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Add(instrument, 1, tags));
        listener.Start();
        await using var host = new OcrHost(options => options.Pools["telemetry"] = new OcrPoolOptions { Servers = { server.Address.ToString() } });
        var pdf = Samples.Pdf(2);
        await host.Client.ReadAsync(new OcrDocument(pdf));
        listener.RecordObservableInstruments();
        Assert.Equal(2, measured["tenancy.ocr.pages"]);
        Assert.Equal(pdf.Length, measured["tenancy.ocr.sent"]);
        Assert.Equal(1, measured["tenancy.ocr.attempt.duration"]);
        Assert.Equal(0, measured["tenancy.ocr.waiting"]);
        Assert.Equal(0, measured["tenancy.ocr.inflight"]);

        void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var keys = tags.ToArray();
            Assert.DoesNotContain(keys, tag => tag.Key.StartsWith("tenant", StringComparison.Ordinal) && !tag.Key.StartsWith("tenancy.", StringComparison.Ordinal));
            if (keys.Any(tag => Equals(tag.Value, "telemetry")))
                measured.AddOrUpdate(instrument.Name, value, (_, sum) => sum + value);
        }
    }
}
