using Tenancy.Benchmarks;

IBenchmark[] benchmarks =
[
    new PointRead(),
    new Levels(),
    new EntityFramework(),
    new InProcess(),
    new Resolution(),
    new Router(),
    new PgBouncerBenchmark(),
    new Fairness(),
    new Chaos(),
    new BulkInsertBenchmark(),
    new ExplicitFilter(),
    new SchemaPlans(),
    new Limits(),
    new OcrBenchmark(),
    new Ledger(),
    new NoisyNeighbour(),
    new ResultSizeBenchmark(),
    new Metering(),
];

if (args is [] or ["list"])
{
    foreach (var benchmark in benchmarks)
        Console.WriteLine($"{benchmark.Name,-16} {benchmark.Summary}");
    return 0;
}

var chosen = benchmarks.FirstOrDefault(benchmark => benchmark.Name == args[0]);
if (chosen is null || args.Length > 2 || args.Length == 2 && args[1] != "--quick")
{
    Console.Error.WriteLine($"There is no benchmark '{string.Join(' ', args)}'. Usage: list | NAME [--quick], with NAME one of: " +
        string.Join(", ", benchmarks.Select(benchmark => benchmark.Name)) + ".");
    return 2;
}

var report = new Report(Console.Out);
await chosen.RunAsync(report, quick: args.Length == 2);
report.WriteFigures();
return 0;
