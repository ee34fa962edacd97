using Microsoft.Extensions.DependencyInjection;

namespace Tenancy.AspNetCore.Tests;

/// <summary>Hosts and domains, on sites without a proof source: what the host says is then all there is.</summary>
public sealed class HostSourceTests
{
    static readonly Action<TenantSources> ByHost =
        sources => sources.Host("{tenant}.example.com", "www", "api").Host("{tenant}.eu.example.com").Domains();

    [Theory]
    [InlineData("acme.example.com")]
    [InlineData("acme.example.com:8080")]
    [InlineData("ACME.Example.COM")]
    [InlineData("acme.example.com.")]
    [InlineData("acme.example.com.:443")]
    [InlineData("acme.eu.example.com")]
    public async Task A_host_under_a_pattern_names_its_tenant(string host) =>
        Assert.Equal((200, "acme"), await AskAsync(ByHost, "/me", host));

    [Theory]
    [InlineData("nobody.example.com")]
    [InlineData(".example.com")]
    [InlineData("acme.beta.example.com")]
    [InlineData("beta.acme.eu.example.com")]
    [InlineData("acme..example.com")]
    [InlineData("xn--acm-epa.example.com")]
    [InlineData("-acme.example.com")]
    [InlineData("acme_.example.com")]
    public async Task A_host_under_a_pattern_that_names_no_tenant_is_404(string host) =>
        Assert.Equal(404, (await AskAsync(ByHost, "/me", host)).Status);

    [Theory]
    [InlineData("example.com")]
    [InlineData("www.example.com")]
    [InlineData("WWW.example.com")]
    [InlineData("api.example.com:443")]
    [InlineData("acme.example.com.evil.net")]
    [InlineData("acme.badexample.com")]
    [InlineData("localhost")]
    [InlineData("127.0.0.1:5000")]
    [InlineData("[::1]:5000")]
    [InlineData("acme.example.com..")]
    public async Task A_host_under_no_pattern_says_nothing(string host)
    {
        Assert.Equal(400, (await AskAsync(ByHost, "/me", host)).Status);
        Assert.Equal((200, "-"), await AskAsync(ByHost, "/open", host));
    }

    [Theory]
    [InlineData("acme.b\u00fccher.example", "acme.xn--bcher-kva.example")]
    [InlineData("acme.xn--bcher-kva.example", "ACME.XN--bcher-kva.EXAMPLE")]
    public async Task A_pattern_of_another_script_is_matched_in_DNSs_form(string pattern, string host) => Assert.Equal(
        (200, "acme"),
        await AskAsync(sources => sources.Host(pattern.Replace("acme", "{tenant}", StringComparison.Ordinal)), "/me", host));

    [Fact]
    public async Task A_tenants_status_is_told_on_a_public_site()
    {
        Assert.Equal(403, (await AskAsync(ByHost, "/me", "sleepy.example.com")).Status);
        Assert.Equal(503, (await AskAsync(ByHost, "/me", "newborn.example.com")).Status);
        Assert.Equal(404, (await AskAsync(ByHost, "/me", "leaving.example.com")).Status);
    }

    [Fact]
    public async Task A_tenants_own_domain_names_it_until_its_settings_change()
    {
        await using var host = await TestHost.StartAsync(Organizations.Map, ByHost);
        Assert.Equal(400, (await AskAsync(host, "/me", "www.acme-anvils.net")).Status);
        host.Catalog.Put(WithDomains(FixedCatalog.Acme, "www.acme-anvils.net", "B\u00fccher.example"));
        foreach (var domain in new[] { "www.acme-anvils.net", "WWW.Acme-Anvils.NET:443", "www.acme-anvils.net.", "xn--bcher-kva.example" })
            Assert.Equal((200, "acme"), await AskAsync(host, "/me", domain));
        Assert.Equal(400, (await AskAsync(host, "/me", "acme-anvils.net")).Status);
        host.Catalog.Put(WithDomains(FixedCatalog.Acme, "other.acme-anvils.net"));
        Assert.Equal(400, (await AskAsync(host, "/me", "www.acme-anvils.net")).Status);
        Assert.Equal((200, "acme"), await AskAsync(host, "/me", "other.acme-anvils.net"));
    }

    [Fact]
    public async Task A_domain_that_two_tenants_claim_is_nobodys_until_one_lets_go()
    {
        await using var host = await TestHost.StartAsync(Organizations.Map, ByHost);
        host.Catalog.Put(WithDomains(FixedCatalog.Acme, "shop.example.net"));
        host.Catalog.Put(WithDomains(FixedCatalog.Beta, "SHOP.example.net."));
        Assert.Equal(400, (await AskAsync(host, "/me", "shop.example.net")).Status);
        host.Catalog.Put(FixedCatalog.Acme);
        Assert.Equal((200, "beta"), await AskAsync(host, "/me", "shop.example.net"));
    }

    [Fact]
    public async Task A_tenants_domain_cannot_take_a_host_that_a_pattern_gives_to_another()
    {
        await using var host = await TestHost.StartAsync(Organizations.Map, ByHost);
        host.Catalog.Put(WithDomains(FixedCatalog.Acme, "beta.example.com", "nobody.example.com", "www.example.com"));
        Assert.Equal((200, "beta"), await AskAsync(host, "/me", "beta.example.com"));
        Assert.Equal(404, (await AskAsync(host, "/me", "nobody.example.com")).Status);
        Assert.Equal(400, (await AskAsync(host, "/me", "www.example.com")).Status);
    }

    [Fact]
    public async Task Settings_that_hold_no_domains_harm_nobody()
    {
        await using var host = await TestHost.StartAsync(Organizations.Map, ByHost);
        foreach (var settings in new[] { """{"domains":7}""", """{"domains":[1,null,"","10.0.0.1","a b.example","x"]}""", """{"theme":"domains"}""" })
        {
            host.Catalog.Put(FixedCatalog.Acme with { Settings = TenantSettings.Parse(settings) });
            Assert.Equal((200, "acme"), await AskAsync(host, "/me", "acme.example.com"));
            Assert.Equal(400, (await AskAsync(host, "/me", "10.0.0.1")).Status);
        }
    }

    [Fact]
    public async Task Domains_may_be_kept_elsewhere()
    {
        await using var host = await TestHost.StartAsync(
            Organizations.Map, sources => sources.Domains(), services => services.AddSingleton<ITenantDomains, Elsewhere>());
        Assert.Equal((200, "beta"), await AskAsync(host, "/me", "elsewhere.example"));
    }

    [Fact]
    public async Task Where_a_claim_is_configured_a_host_alone_is_not_trusted_and_must_agree()
    {
        await using var host = await TestHost.StartAsync(
            Organizations.Map, sources => sources.Claim("org").Host("{tenant}.example.com"));
        Assert.Equal(404, (await AskAsync(host, "/me", "acme.example.com")).Status);
        Assert.Equal(404, (await AskAsync(host, "/me", "beta.example.com", "org=acme")).Status);
        Assert.Equal((200, "acme"), await AskAsync(host, "/me", "acme.example.com", "org=acme"));
        Assert.Equal((200, "acme"), await AskAsync(host, "/me", "localhost", "org=acme"));
        Assert.Equal(404, (await AskAsync(host, "/me", "nobody.example.com", "org=nobody")).Status);
    }

    static Tenant WithDomains(Tenant tenant, params string[] domains) => tenant with
    {
        Settings = TenantSettings.Parse(System.Text.Json.JsonSerializer.Serialize(new { domains })),
    };

    static async Task<(int Status, string Body)> AskAsync(Action<TenantSources> sources, string path, string host)
    {
        await using var server = await TestHost.StartAsync(Organizations.Map, sources);
        return await AskAsync(server, path, host);
    }

    static async Task<(int Status, string Body)> AskAsync(TestHost server, string path, string host, string? claims = null)
    {
        var answer = await server.GetRawAsync(path, claims, host);
        return (int.Parse(answer.AsSpan(9, 3), provider: null), Plain(answer));
    }

    /// <summary>The body of a plain answer, which comes in one chunk.</summary>
    static string Plain(string answer)
    {
        var body = answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
        return body.Split("\r\n") is [_, var text, "0", ..] ? text : body;
    }

    sealed class Elsewhere : ITenantDomains
    {
        public bool TryFind(ReadOnlySpan<char> host, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out string? slug)
        {
            slug = host.SequenceEqual("elsewhere.example") ? "beta" : null;
            return slug is not null;
        }
    }
}
