using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Tenancy.TestKit;

namespace Tenancy.LedgerNode;

/// <summary>
/// A process that counts requests of ten tenants that no catalog has, and writes how many it had counted when, in ticks of the
/// machine's clock. It stops in good order when its input ends.
/// </summary>
static class MeterNode
{
    public const int Tenants = 10;

    public static async Task RunAsync(string suffix, string interval)
    {
        await using var node = await Deployment.StartAsync(new DeploymentOptions
        {
            Suffix = suffix,
            Install = false,
            DropDatabases = false,
            Settings = new() { ["Tenancy:Metering:FlushInterval"] = interval },
        });
        var meter = node.Services.GetRequiredService<ITenantMeter>();
        var tenants = Enumerable.Range(0, Tenants).Select(static _ => new Tenant
        {
            Id = TenantId.Create(TimeProvider.System),
            Slug = TenantSlug.Parse("tenant"),
            Name = "A tenant",
            Tier = "any",
            Status = TenantStatus.Active,
            Placement = new TenantPlacement(TenantIsolation.Row, Deployment.Server, "database", "schema"),
        }).ToArray();
        Console.WriteLine("ready");
        var stopped = Task.Run(Console.In.ReadToEndAsync);
        for (var counted = 0L; !stopped.IsCompleted;)
        {
            await Task.Delay(2);
            for (var i = 0; i < 100; i++)
                meter.Count(tenants[counted++ % Tenants], UsageMetric.Requests);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetTimestamp()} {counted}"));
        }
    }
}
