using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace Tenancy.Benchmarks;

/// <summary>What stands on every path and touches no server, measured with BenchmarkDotNet.</summary>
internal sealed class InProcess : IBenchmark
{
    public string Name => "in-process";

    public string Summary => "nanoseconds and bytes of entering a tenant, finding it in a catalog of 100,000, and checking a statement";

    public Task RunAsync(Report report, bool quick)
    {
        report.Say("In process, BenchmarkDotNet. Figures in nanoseconds, or bytes where the name says so.");
        var job = (quick ? Job.ShortRun : Job.Default).WithToolchain(InProcessEmitToolchain.Instance);
        var config = ManualConfig.CreateEmpty().AddJob(job).AddColumnProvider(DefaultColumnProviders.Instance)
            .AddLogger(NullLogger.Instance).WithOptions(ConfigOptions.DisableLogFile)
            .WithArtifactsPath(Directory.CreateTempSubdirectory("tenancy-benchmarks.").FullName);
        var summary = BenchmarkRunner.Run<InProcessBenchmarks>(config);
        foreach (var result in summary.Reports)
        {
            var name = result.BenchmarkCase.Descriptor.WorkloadMethod.Name;
            var statistics = result.ResultStatistics ?? throw new InvalidOperationException($"{name} did not run.");
            report.Figure($"in-process.{Kebab(name)}.ns", new Spread(statistics.Median, statistics.Min, statistics.Max));
            var bytes = result.GcStats.GetBytesAllocatedPerOperation(result.BenchmarkCase) ?? 0;
            report.Figure($"in-process.{Kebab(name)}.bytes", new Spread(bytes, bytes, bytes));
        }

        var size = CatalogMemory.BytesPerTenant(quick ? 20_000 : 100_000);
        report.Figure("in-process.catalog.bytes-per-tenant", new Spread(size, size, size));
        return Task.CompletedTask;
    }

    static string Kebab(string name) =>
        string.Concat(name.Select((c, i) => char.IsUpper(c) ? (i == 0 ? "" : "-") + char.ToLowerInvariant(c) : c.ToString()));
}
