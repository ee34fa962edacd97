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
    static readonly double Seconds = Environment.GetEnvironmentVariable("TENANCY_NIGHTLY") == "1" ? 60 : 3;

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
            var reading = nodes.Select(node => node.StandardOutput.ReadToEndAsync()).ToArray();
            await Task.Delay(TimeSpan.FromSeconds(Seconds / 2));
            nodes[0].Kill();
            nodes[1].Kill();

            var texts = await Task.WhenAll(reading);
            for (var i = 0; i < tenants.Count; i++)
            {
                // The last line of those that were killed may be half of one.
                var mine = texts.Select(text => text.Split('\n')[..^1]
                    .Where(line => line.StartsWith(tenants[i].Slug.Value + " ", StringComparison.Ordinal))
                    .Select(line => int.Parse(line.AsSpan(tenants[i].Slug.Value.Length + 1), CultureInfo.InvariantCulture)).ToArray()).ToArray();
                var peak = mine.SelectMany(peaks => peaks).Max();
                output.WriteLine($"{tenants[i].Placement.Isolation}, tier {tenants[i].Tier}: {mine.Sum(peaks => peaks.Count(one => one > 0))} ran, {mine.Sum(peaks => peaks.Count(one => one == 0))} were refused, {peak} at once");
                if (tenants[i].Tier == "four")
                    Assert.Equal(4, peak);
                else
                    Assert.InRange(peak, 5, 16);
                // Those that live go on, with the slots of those that do not.
                Assert.All(mine[2..], peaks => Assert.InRange(peaks.Count(one => one > 0), 10, int.MaxValue));
            }

            foreach (var tenant in tenants)
                Assert.Equal(0, await SlotTenants.HeldAsync(tenant));
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

    static Process Start(string suffix, IEnumerable<Tenant> tenants)
    {
        var info = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardInput = true };
        foreach (var argument in (string[])
                 [
                     typeof(LedgerNodeProgram).Assembly.Location, "slots", suffix, "4", Seconds.ToString(CultureInfo.InvariantCulture),
                     .. tenants.Select(tenant => tenant.Slug.Value),
                 ])
        {
            info.ArgumentList.Add(argument);
        }

        info.Environment["TENANCY_TEST_POSTGRES"] = PrivateCluster.Administrator;
        return Process.Start(info)!;
    }
}
