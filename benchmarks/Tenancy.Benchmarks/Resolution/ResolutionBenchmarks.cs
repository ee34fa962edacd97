using System.Security.Claims;
using BenchmarkDotNet.Attributes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Tenancy.Benchmarks;

/// <summary>
/// One request, over and over. Its endpoint and caller are there already, since finding them is other middleware's work.
/// There is a logger factory without providers: what a log scope costs beyond that is the provider's.
/// </summary>
[MemoryDiagnoser]
public class ResolutionBenchmarks
{
    readonly DefaultHttpContext _context = new();
    readonly RequestDelegate _bare;
    readonly RequestDelegate _withTenancy;

    public ResolutionBenchmarks()
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<ITenantCatalog>(new Catalog(CatalogMemory.Snapshot(10_000)));
        services.AddTenancy().ResolveTenantsFrom(sources => sources.Claim("org").Route("tenant"));
        var provider = services.BuildServiceProvider();
        _bare = new ApplicationBuilder(provider).Use(Served).Build();
        var app = new ApplicationBuilder(provider);
        app.UseTenancy();
        _withTenancy = app.Use(Served).Build();

        _context.RequestServices = provider;
        _context.User = new ClaimsPrincipal(new ClaimsIdentity(
            [new("iss", "https://id.example.com"), new("sub", "5d2c"), new("aud", "api"), new("org", "tenant-5000"), new("scope", "documents")],
            "Bearer"));
        _context.Request.RouteValues["tenant"] = "tenant-5000";
        _context.SetEndpoint(new Endpoint(Done, new EndpointMetadataCollection(new RequireTenantAttribute()), "documents"));

        static RequestDelegate Served(RequestDelegate next) => Done;
    }

    [Benchmark(Baseline = true)]
    public Task Bare() => _bare(_context);

    [Benchmark]
    public Task WithTenancy() => _withTenancy(_context);

    static Task Done(HttpContext context) => Task.CompletedTask;

    sealed class Catalog(TenantCatalogSnapshot snapshot) : ITenantCatalog
    {
        public TenantCatalogSnapshot Current => snapshot;

        public Task<TenantCatalogSnapshot> RefreshAsync(CancellationToken cancellationToken = default) => Task.FromResult(snapshot);
    }
}
