namespace Tenancy.Benchmarks;

/// <summary>A benchmark that one calls by name.</summary>
internal interface IBenchmark
{
    string Name { get; }

    /// <summary>What it compares, in one line.</summary>
    string Summary { get; }

    /// <summary>Runs it; a quick run ends within 60 seconds.</summary>
    Task RunAsync(Report report, bool quick);
}
