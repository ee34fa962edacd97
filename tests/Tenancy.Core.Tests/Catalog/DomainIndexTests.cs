namespace Tenancy.Core.Tests;

public sealed class DomainIndexTests
{
    [Fact]
    public void A_domain_is_found_in_either_case_and_without_allocating()
    {
        var tenant = With(Sample.Tenant("acme"), """{"domains":["www.Acme.example.","b\u00fccher.example"]}""");
        var snapshot = Of(tenant);
        foreach (var host in new[] { "www.acme.example", "WWW.ACME.EXAMPLE", "xn--bcher-kva.example" })
        {
            Assert.True(snapshot.TryFindByDomain(host, out var found));
            Assert.Same(tenant, found);
        }

        var least = long.MaxValue;
        for (var round = 0; round < 10; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 100; i++)
                snapshot.TryFindByDomain("WWW.acme.example", out _);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }

    [Fact]
    public void Removing_and_changing_tenants_keeps_the_others_domains()
    {
        var (a, b) = (With(Sample.Tenant("aaa"), """{"domains":["one.example","both.example"]}"""), With(Sample.Tenant("bbb"), """{"domains":["two.example","both.example"]}"""));
        var snapshot = Of(a, b);
        Assert.False(snapshot.TryFindByDomain("both.example", out _));
        Assert.True(snapshot.TryFindByDomain("one.example", out _));
        var without = snapshot.With([], [a.Id], null, 2, DateTimeOffset.UnixEpoch);
        Assert.True(without.TryFindByDomain("both.example", out var left));
        Assert.Same(b, left);
        Assert.False(without.TryFindByDomain("one.example", out _));
        // The snapshot before is what it was.
        Assert.True(snapshot.TryFindByDomain("one.example", out _));
        var swapped = snapshot.With([With(a, "{}"), With(b, """{"domains":["one.example"]}""")], [], null, 2, DateTimeOffset.UnixEpoch);
        Assert.True(swapped.TryFindByDomain("one.example", out var owner));
        Assert.Equal(b.Id, owner.Id);
        Assert.False(swapped.TryFindByDomain("two.example", out _));
        var renamed = snapshot.With([b with { Name = "other" }], [], null, 3, DateTimeOffset.UnixEpoch);
        Assert.True(renamed.TryFindByDomain("two.example", out var fresh));
        Assert.Equal("other", fresh.Name);
    }

    [Theory]
    [InlineData("www.example.com", "www.example.com")]
    [InlineData("WWW.Example.COM.", "www.example.com")]
    [InlineData("\u0431\u044e\u0440\u043e.example", "xn--90a0af9c.example")]
    [InlineData("example", null)]
    [InlineData("www.example.com:80", null)]
    [InlineData("https://www.example.com", null)]
    [InlineData("10.0.0.1", null)]
    [InlineData("[::1]", null)]
    [InlineData("*.example.com", null)]
    [InlineData("a..b", null)]
    [InlineData("-a.example", null)]
    [InlineData("a_b.example", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    [InlineData("a b.example", null)]
    [InlineData("a\0.example", null)]
    public void A_host_name_has_one_form(string? host, string? domain)
    {
        Assert.Equal(domain is not null, TenantDomain.TryNormalize(host, out var normal));
        Assert.Equal(domain, normal);
    }

    static Tenant With(Tenant tenant, string settings) => tenant with { Settings = TenantSettings.Parse(settings) };

    static TenantCatalogSnapshot Of(params Tenant[] tenants) =>
        TenantCatalogSnapshot.Empty.With(tenants, [], [], 1, DateTimeOffset.UnixEpoch);
}
