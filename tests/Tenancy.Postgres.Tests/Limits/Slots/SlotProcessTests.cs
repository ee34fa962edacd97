using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Tenancy.LedgerNode;
using Xunit.Abstractions;

namespace Tenancy.Postgres.Tests;

/// <summary>
/// Four processes of four clients for each tenant; two of the processes are killed (SIGKILL). The server counts how many of a
/// tenant's statements run at once: four of a tier with four slots, and more of one without, which is the control.
/// </summary>
public sealed class SlotProcessTests(ITestOutputHelper output)
{
    /// <summary>How many statements of each tenant each process has run, at least, before and after the others are killed.</summary>
    static readonly int Enough = Environment.GetEnvironmentVariable("TENANCY_NIGHTLY") == "1" ? 2000 : 5;

    readonly ConcurrentQueue<(int Node, string Slug, int Peak)> _said = new();

    [Fact]
    public async Task Never_more_than_the_slots_also_when_processes_are_killed()
    {
        await using var deployment = await Deployment.StartAsync(new DeploymentOptions { Settings = SlotProbe.Tiers() });
        var tenants = new List<Tenant>();
        foreach (var (tier, isolation) in Enum.GetValues<TenantIsolation>().Select(isolation => ("four", isolation)).Append(("any", TenantIsolation.Row)))
        {
            tenants.Add(await LimitedTenants.CreateAsync(deployment, tier, isolation));
            await SlotProbe.InstallAsync(tenants[^1]);
        }

        var nodes = Enumerable.Range(0, 4).Select(_ => Start(deployment.Options.Suffix, tenants)).ToArray();
        try
        {
            foreach (var node in nodes)
                Assert.Equal("ready", await node.StandardOutput.ReadLineAsync());
            foreach (var node in nodes)
                await node.StandardInput.WriteLineAsync("go");
            var reading = Task.WhenAll(nodes.Select((node, index) => ListenAsync(node, index)));
            await UntilAsync(() => tenants.All(tenant => PeakOf(tenant) >= (tenant.Tier == "four" ? 4 : 5) && Ran(tenant, 0, 1, 2, 3)));
            nodes[0].Kill();
            nodes[1].Kill();
            var before = _said.Count;
            // Those that live go on, with the slots of those that do not.
            await UntilAsync(() => tenants.All(tenant => Ran(tenant, before, 2, 3)));
            foreach (var node in nodes[2..])
                await node.StandardInput.WriteLineAsync("stop");
            await reading;

            foreach (var tenant in tenants)
            {
                var mine = _said.Where(one => one.Slug == tenant.Slug.Value).ToArray();
                output.WriteLine($"{tenant.Placement.Isolation}, tier {tenant.Tier}: {mine.Count(one => one.Peak > 0)} ran, {mine.Count(one => one.Peak == 0)} were refused, {PeakOf(tenant)} at once");
                Assert.InRange(PeakOf(tenant), tenant.Tier == "four" ? 4 : 5, tenant.Tier == "four" ? 4 : 16);
                Assert.Equal(0, await SlotTenants.HeldAsync(tenant));
            }
        }
        finally
        {
            foreach (var node in nodes)
            {
                node.Kill();
                await node.WaitForExitAsync();
                node.Dispose();
            }
        }
    }

    int PeakOf(Tenant tenant) => _said.Where(one => one.Slug == tenant.Slug.Value).Select(one => one.Peak).DefaultIfEmpty().Max();

    bool Ran(Tenant tenant, int after, params int[] nodes) => nodes.All(node =>
        _said.Skip(after).Count(one => one.Node == node && one.Slug == tenant.Slug.Value && one.Peak > 0) >= Enough);

    static async Task UntilAsync(Func<bool> condition)
    {
        var clock = Stopwatch.StartNew();
        while (!condition() && clock.Elapsed < TimeSpan.FromMinutes(3))
            await Task.Delay(20);
        Assert.True(condition());
    }

    async Task ListenAsync(Process node, int index)
    {
        while (await node.StandardOutput.ReadLineAsync() is { } line)
        {
            // The last line of one that was killed may be a part of one.
            if (line.Split(' ') is [{ Length: 39 } slug, var peak])
                _said.Enqueue((index, slug, int.Parse(peak, CultureInfo.InvariantCulture)));
        }
    }

    static Process Start(string suffix, IEnumerable<Tenant> tenants)
    {
        var info = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardInput = true };
        foreach (var argument in (string[])[typeof(LedgerNodeProgram).Assembly.Location, "slots", suffix, "4", .. tenants.Select(tenant => tenant.Slug.Value)])
            info.ArgumentList.Add(argument);
        info.Environment["TENANCY_TEST_POSTGRES"] = PrivateCluster.Administrator;
        return Process.Start(info)!;
    }
}
