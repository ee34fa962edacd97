using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace Tenancy.Benchmarks;

/// <summary>What <c>UseTenancy()</c> adds to a request: the pipeline with it, less the same pipeline without.</summary>
internal sealed class Resolution : IBenchmark
{
    public string Name => "resolution";

    public string Summary => "nanoseconds and bytes that UseTenancy() adds to a request: claim and route, a catalog of 10,000";

    public Task RunAsync(Report report, bool quick)
    {
        report.Say("A request's tenant from claim and route, of 10,000, for an endpoint that requires one; in process, no sockets.");
        var job = (quick ? Job.ShortRun : Job.Default).WithToolchain(InProcessEmitToolchain.Instance);
        var config = ManualConfig.CreateEmpty().AddJob(job).AddColumnProvider(DefaultColumnProviders.Instance)
            .AddLogger(NullLogger.Instance).WithOptions(ConfigOptions.DisableLogFile)
            .WithArtifactsPath(Directory.CreateTempSubdirectory("tenancy-benchmarks.").FullName);
        var reports = BenchmarkRunner.Run<ResolutionBenchmarks>(config).Reports
            .ToDictionary(result => result.BenchmarkCase.Descriptor.WorkloadMethod.Name);
        var (bare, full) = (reports[nameof(ResolutionBenchmarks.Bare)], reports[nameof(ResolutionBenchmarks.WithTenancy)]);
        var (without, with) = (Statistics(bare), Statistics(full));
        report.Say($"bare {without.Median:0.0} ns, with tenancy {with.Median:0.0} ns");
        report.Figure("resolution.ns", new Spread(with.Median - without.Median, with.Min - without.Max, with.Max - without.Min));
        var bytes = Bytes(full) - Bytes(bare);
        report.Figure("resolution.bytes", new Spread(bytes, bytes, bytes));
        return Task.CompletedTask;
    }

    static BenchmarkDotNet.Mathematics.Statistics Statistics(BenchmarkReport result) => result.ResultStatistics
        ?? throw new InvalidOperationException($"{result.BenchmarkCase.Descriptor.WorkloadMethod.Name} did not run.");

    static double Bytes(BenchmarkReport result) => result.GcStats.GetBytesAllocatedPerOperation(result.BenchmarkCase) ?? 0;
}
