using System.Diagnostics;
using System.Globalization;
using Tenancy.LedgerNode;
using Xunit.Abstractions;

namespace Tenancy.Postgres.Tests;

/// <summary>Three processes of their own; one is killed (SIGKILL), and the server is restarted, or ended without a word and started again.</summary>
public sealed class LedgerCrashTests(ITestOutputHelper output)
{
    const double Rate = 1000;
    const double Burst = 100;
    const double Seconds = 4;

    [Theory]
    [InlineData("strict", true, 0)]
    [InlineData("lenient", true, 100)]
    [InlineData("lenient", false, 100)]
    public async Task Whoever_dies_no_more_is_admitted_than_is_allowed_and_the_others_go_on(string mode, bool crashes, double ahead)
    {
        await using var cluster = await OwnCluster.StartAsync();
        await using var deployment = await Deployment.StartAsync(new DeploymentOptions { Administrator = cluster.Administrator, DropDatabases = false });
        await deployment.Lifecycle.CreateAsync(new TenantSpecification(TenantSlug.Parse("hot"), "A tenant", "any")
        {
            Settings = TenantSettings.Parse("""{"limits":{"requests":{"perSecond":1000,"burst":100}}}"""),
        });
        var nodes = Enumerable.Range(0, 3).Select(_ => Start(cluster, deployment.Options.Suffix, mode)).ToArray();
        try
        {
            foreach (var node in nodes)
                Assert.Equal("ready", await node.StandardOutput.ReadLineAsync());
            await Task.Delay(500);
            foreach (var node in nodes)
                await node.StandardInput.WriteLineAsync("go");
            var reading = nodes.Select(node => node.StandardOutput.ReadToEndAsync()).ToArray();

            await Task.Delay(TimeSpan.FromSeconds(1));
            nodes[0].Kill();
            await Task.Delay(TimeSpan.FromSeconds(1));
            await (crashes ? cluster.CrashAsync() : cluster.RestartAsync());

            var (times, lag) = (new List<double>(), 0d);
            foreach (var text in await Task.WhenAll(reading))
            {
                // The last line of the one that was killed may be half a number.
                foreach (var line in text.Split('\n')[..^1])
                {
                    if (line.StartsWith("lag ", StringComparison.Ordinal))
                        lag = Math.Max(lag, double.Parse(line.AsSpan(4), CultureInfo.InvariantCulture));
                    else
                        times.Add(double.Parse(line, CultureInfo.InvariantCulture) / Stopwatch.Frequency);
                }
            }

            times.Sort();
            var run = new LedgerRun([.. times], 0, 0, Seconds, lag);
            var excess = run.Excess(Burst, Rate);
            output.WriteLine($"{mode}: {times.Count} admitted in {times[^1] - times[0]:0.00} s, {excess:0.0} above burst and rate, pool {lag * 1000:0.0} ms late");
            // After a crash the table is empty, and gives one burst once more.
            Assert.InRange(excess, double.MinValue, ahead + (crashes ? Burst : 0) + Rate * lag);
            Assert.InRange(times.Count, Rate * Seconds * 0.3, Burst + Rate * Seconds + ahead + Burst);
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

    static Process Start(OwnCluster cluster, string suffix, string mode)
    {
        var info = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardInput = true };
        foreach (var argument in (string[])[typeof(LedgerNodeProgram).Assembly.Location, suffix, "hot", mode, "1000", Seconds.ToString(CultureInfo.InvariantCulture)])
            info.ArgumentList.Add(argument);
        info.Environment["TENANCY_TEST_POSTGRES"] = cluster.Administrator;
        return Process.Start(info)!;
    }
}
