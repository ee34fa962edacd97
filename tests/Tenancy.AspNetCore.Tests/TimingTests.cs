using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Tenancy.AspNetCore.Tests;

/// <summary>Nor does anyone learn from the time an answer takes which tenants there are.</summary>
public sealed class TimingTests
{
    /// <summary>The same caller asks for a tenant that is not there, and for one that is another's.</summary>
    static readonly (string Path, string Claims) Unknown = (Organizations.Of("nobody"), "org=acme");

    static readonly (string Path, string Claims) NotYours = (Organizations.Of("sleepy"), "org=acme");

    [Fact]
    public async Task Every_refusal_reads_every_source_and_asks_the_catalog_once()
    {
        var source = new Counting();
        var catalog = new CountingCatalog();
        await using var host = await StartAsync(source, catalog);
        foreach (var (path, claims) in new[]
        {
            Unknown, NotYours, (Organizations.Of("beta"), "org=acme"), (Organizations.Of("acme"), "org=acme;org=acme"),
            (Organizations.Of("beta"), "sub=1"), (Organizations.Of("nobody"), "sub=1"), (Organizations.Of("leaving"), "org=leaving"),
            (Organizations.Of("acme"), "orgs=acme;orgs=beta;org=nobody"), (Organizations.Of("beta"), "orgs=acme;orgs=sleepy"),
        })
        {
            (source.Reads, catalog.Reads) = (0, 0);
            Assert.StartsWith("HTTP/1.1 404", await host.GetRawAsync(path, claims), StringComparison.Ordinal);
            Assert.Equal((path, claims, 1, 1), (path, claims, source.Reads, catalog.Reads));
        }

        // The control: what names no tenant at all may be seen to.
        (source.Reads, catalog.Reads) = (0, 0);
        Assert.StartsWith("HTTP/1.1 400", await host.GetRawAsync("/me", "sub=1"), StringComparison.Ordinal);
        Assert.Equal((1, 0), (source.Reads, catalog.Reads));
    }

    [Fact]
    public async Task Unknown_and_not_yours_take_the_same_time()
    {
        await using var host = await StartAsync(new Counting(), new CountingCatalog());
        // A busy machine may disturb a run; a difference that is there is there in all of them.
        var ratios = new List<double>();
        while (ratios.Count < 5 && !ratios.Exists(IsSame))
            ratios.Add(await RatioAsync(host));
        Assert.Contains(ratios, ratio => IsSame(ratio));
    }

    [Fact]
    public async Task The_control_a_difference_of_a_millisecond_is_seen()
    {
        var betrayal = new Counting { Betrays = "sleepy" };
        await using var host = await StartAsync(betrayal, new CountingCatalog());
        for (var run = 0; run < 3; run++)
        {
            var ratio = await RatioAsync(host);
            Assert.False(IsSame(ratio), $"{ratio}");
        }
    }

    static bool IsSame(double ratio) => ratio is > 1 / 1.3 and < 1.3;

    /// <summary>How much longer the one takes than the other: medians of many, asked in turn.</summary>
    static async Task<double> RatioAsync(TestHost host)
    {
        const int Warm = 30, Rounds = 300;
        var (unknown, other) = (new List<double>(), new List<double>());
        for (var i = 0; i < Warm + Rounds; i++)
        {
            var pair = i % 2 == 0 ? new[] { (Unknown, unknown), (NotYours, other) } : [(NotYours, other), (Unknown, unknown)];
            foreach (var ((path, claims), times) in pair)
            {
                var start = Stopwatch.GetTimestamp();
                using var response = await host.GetAsync(path, claims);
                await response.Content.ReadAsByteArrayAsync();
                if (i >= Warm)
                    times.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
            }
        }

        unknown.Sort();
        other.Sort();
        return other[Rounds / 2] / unknown[Rounds / 2];
    }

    static Task<TestHost> StartAsync(ITenantSource source, ITenantCatalog catalog) => TestHost.StartAsync(
        Organizations.Map, sources => sources.Claim("org").ClaimList("orgs").Route("tenant").Add(source),
        services => services.AddSingleton(catalog));

    sealed class Counting : ITenantSource
    {
        public int Reads { get; set; }

        public string? Betrays { get; init; }

        public bool IsProof => false;

        public TenantAnswer Read(HttpContext context)
        {
            Reads++;
            if (Betrays is not null && Betrays.Equals(context.Request.RouteValues["tenant"]))
            {
                for (var start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start).TotalMilliseconds < 1;)
                    Thread.SpinWait(10);
            }

            return TenantAnswer.Silent;
        }
    }

    sealed class CountingCatalog : ITenantCatalog
    {
        readonly FixedCatalog _catalog = new();

        public int Reads { get; set; }

        public TenantCatalogSnapshot Current
        {
            get
            {
                Reads++;
                return _catalog.Current;
            }
        }

        public Task<TenantCatalogSnapshot> RefreshAsync(CancellationToken cancellationToken = default) => _catalog.RefreshAsync(cancellationToken);
    }
}
