using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Tenancy;
using Tenancy.LedgerNode;
using Tenancy.TestKit;

// A process that asks a tenant's limiter for requests at a rate, and writes when each was admitted, in ticks of the
// machine's clock, and how late the thread pool was. Usage: SUFFIX SLUG MODE PER-SECOND SECONDS; or
// slots SUFFIX CLIENTS SLUG…, for one that runs statements; or meter SUFFIX INTERVAL, for one that counts what tenants use.
if (args[0] == "slots")
{
    await SlotNode.RunAsync(args[1], int.Parse(args[2], CultureInfo.InvariantCulture), args[3..]);
    return;
}

if (args[0] == "meter")
{
    await MeterNode.RunAsync(args[1], args[2]);
    return;
}

var (suffix, slug, mode) = (args[0], args[1], args[2]);
var (perSecond, seconds) = (double.Parse(args[3], CultureInfo.InvariantCulture), double.Parse(args[4], CultureInfo.InvariantCulture));
await using var node = await Deployment.StartAsync(new DeploymentOptions
{
    Suffix = suffix,
    Install = false,
    DropDatabases = false,
    Settings = new() { ["Tenancy:Limits:Mode"] = mode },
});
if (!node.Catalog.Current.TryFind(slug, out var tenant))
    throw new InvalidOperationException("The tenant is not there.");

var limits = node.Services.GetRequiredService<ITenantLimits>();
await limits.AcquireAsync(tenant, "anything");
Console.WriteLine("ready");
await Console.In.ReadLineAsync();

using var lag = new LedgerLoad.Lag();
var admitted = new ConcurrentQueue<long>();
var running = LedgerLoad.OfferAsync(
    limits, tenant, Stopwatch.StartNew(), TimeSpan.FromSeconds(seconds), _ => perSecond, 1000, () => admitted.Enqueue(Stopwatch.GetTimestamp()));
// Often, so that little is unwritten when the process is killed.
while (!running.IsCompleted)
{
    await Task.WhenAny(running, Task.Delay(5));
    while (admitted.TryDequeue(out var at))
        Console.WriteLine(at);
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"lag {lag.Seconds}"));
}

await running;

namespace Tenancy.LedgerNode
{
    /// <summary>Where the program is, for those who start it.</summary>
    public sealed class LedgerNodeProgram;
}
