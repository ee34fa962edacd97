using System.Diagnostics;
using System.Globalization;
using Tenancy.LedgerNode;
using Xunit.Abstractions;

namespace Tenancy.Postgres.Tests;

/// <summary>A process of its own that counts; it is killed (SIGKILL), or stops in good order.</summary>
public sealed class MeteringCrashTests(MeteredTenants tenants, ITestOutputHelper output) : IClassFixture<MeteredTenants>
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>What a flush may be late by on a machine that is busy.</summary>
    static readonly TimeSpan Late = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_is_killed_loses_one_interval_at_most_and_who_stops_nothing(bool killed)
    {
        var before = await WrittenAsync();
        var info = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardInput = true };
        foreach (var argument in (string[])[typeof(LedgerNodeProgram).Assembly.Location, "meter", tenants.Deployment.Options.Suffix, Interval.ToString("c")])
            info.ArgumentList.Add(argument);
        info.Environment["TENANCY_TEST_POSTGRES"] = PrivateCluster.Administrator;
        using var node = Process.Start(info)!;
        try
        {
            Assert.Equal("ready", await node.StandardOutput.ReadLineAsync());
            var reading = node.StandardOutput.ReadToEndAsync();
            await Task.Delay(3 * Interval + Interval / 2);
            if (killed)
                node.Kill();
            else
                node.StandardInput.Close();
            var told = (await reading).Split('\n')[..^1].Select(static line => line.Split(' '))
                .Select(static parts => (At: long.Parse(parts[0], CultureInfo.InvariantCulture), Count: long.Parse(parts[1], CultureInfo.InvariantCulture))).ToArray();
            await node.WaitForExitAsync();

            var written = await WrittenAsync() - before;
            var (last, counted) = told[^1];
            var certain = told.LastOrDefault(line => Stopwatch.GetElapsedTime(line.At, last) >= Interval + Late).Count;
            output.WriteLine($"{counted} counted, {written} written, {certain} had to be");
            Assert.InRange(certain, 1, counted);
            // What was counted after the last line may be written too.
            Assert.InRange(written, killed ? certain : counted, killed ? counted + 100 : counted);
        }
        finally
        {
            node.Kill();
            await node.WaitForExitAsync();
        }
    }

    async Task<long> WrittenAsync() =>
        (await tenants.History.SumAsync(DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue)).Sum(static entry => entry.Amounts.Requests);
}
