using BenchmarkDotNet.Attributes;

namespace Tenancy.Benchmarks;

[MemoryDiagnoser]
public class InProcessBenchmarks
{
    readonly string _statement = "select id, title, body, created from documents where id = $1 and title like '%x%' order by created desc limit 20";

    readonly TenantContext _tenants = new();
    readonly TenantCatalogSnapshot _catalog = CatalogMemory.Snapshot(100_000);
    readonly Tenant _tenant;
    readonly string _slug;

    public InProcessBenchmarks()
    {
        _tenant = _catalog.Tenants.ElementAt(50_000);
        _slug = _tenant.Slug.Value;
    }

    [Benchmark]
    public bool EnterAndLeave()
    {
        using (_tenants.Enter(_tenant))
            return _tenants.Current is not null;
    }

    [Benchmark]
    public bool FindBySlug() => _catalog.TryFind(_slug.AsSpan(), out _);

    [Benchmark]
    public bool FindById() => _catalog.TryFind(_tenant.Id, out _);

    [Benchmark]
    public int CheckStatement()
    {
        StatementGuard.Check(_statement);
        return _statement.Length;
    }
}
