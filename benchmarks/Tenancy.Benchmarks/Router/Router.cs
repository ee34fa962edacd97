namespace Tenancy.Benchmarks;

/// <summary>The connection router: its speed where connections are plenty, and its bound where they are short.</summary>
internal sealed class Router : IBenchmark
{
    public string Name => "router";

    public string Summary => "the connection router against plain pools, and under far more tenants than connections; there beside pools by hand and PgBouncer";

    public async Task RunAsync(Report report, bool quick)
    {
        await RouterSpeed.RunAsync(report, quick);
        await RouterBudget.RunAsync(report, quick);
    }
}
