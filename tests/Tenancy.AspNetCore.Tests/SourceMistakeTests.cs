using Microsoft.Extensions.Options;

namespace Tenancy.AspNetCore.Tests;

/// <summary>What is wrong with the sources stops the host, all of it at once.</summary>
public sealed class SourceMistakeTests
{
    [Fact]
    public async Task All_mistakes_are_listed_with_key_value_and_remedy()
    {
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => TestHost.StartAsync(
            Organizations.Map,
            sources => sources.Claim(" ").ClaimList("").Route("controller").Header("Connection").Header("X Tenant")
                .Host("example.com").Host("{tenant}.example.com", "a.b").Claim("org").ClaimList("org")));
        Assert.Equal(
            [
                "ResolveTenantsFrom:Claim is ' '. Give a claim's type, such as org.",
                "ResolveTenantsFrom:ClaimList is ''. Give a claim's type, such as orgs.",
                "ResolveTenantsFrom:Route is 'controller'. Give the name of a route parameter, such as tenant; not one that routing uses itself.",
                "ResolveTenantsFrom:Header is 'Connection'. Give the name of an end-to-end header with no meaning of its own, such as X-Tenant.",
                "ResolveTenantsFrom:Header is 'X Tenant'. Give the name of an end-to-end header with no meaning of its own, such as X-Tenant.",
                "ResolveTenantsFrom:Host is 'example.com'. Give a host name in which one whole label is {tenant}, such as {tenant}.example.com.",
                "ResolveTenantsFrom:Host:Except is 'a.b'. Give one label without dots, such as www.",
                "ResolveTenantsFrom:ClaimList is 'org'. The same claim is read as a single one: keep Claim or ClaimList, not both.",
            ],
            error.Failures);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{tenant}")]
    [InlineData("{tenant}.{tenant}.example.com")]
    [InlineData("x{tenant}.example.com")]
    [InlineData("*.example.com")]
    [InlineData("{Tenant}.example.com")]
    [InlineData("{tenant}.example.com:8080")]
    [InlineData("https://{tenant}.example.com")]
    [InlineData("{tenant}.example.com/path")]
    [InlineData("{tenant}.0.0.1")]
    [InlineData("{tenant}..com")]
    [InlineData("tenant-placeholder.{tenant}.com")]
    [InlineData("{tenant}.exa mple.com")]
    public void A_bad_pattern_is_refused(string pattern) => Assert.False(Check(sources => sources.Host(pattern)));

    [Theory]
    [InlineData("{tenant}.example.com")]
    [InlineData("{tenant}.example.com.")]
    [InlineData("api.{tenant}.example.com")]
    [InlineData("{tenant}.localhost")]
    public void A_good_pattern_is_not(string pattern) => Assert.True(Check(sources => sources.Host(pattern)));

    [Theory]
    [InlineData("Keep-Alive")]
    [InlineData("te")]
    [InlineData("TRANSFER-ENCODING")]
    [InlineData("host")]
    [InlineData("Authorization")]
    [InlineData("Cookie")]
    [InlineData("X-Tenant\r\nX-Other")]
    [InlineData("X-Tenant:")]
    public void A_header_that_means_something_else_is_refused(string name) => Assert.False(Check(sources => sources.Header(name)));

    [Fact]
    public void What_is_named_twice_counts_once()
    {
        var sources = new TenantSources().Header("X-Tenant").Header("x-tenant").Route("tenant").Route("Tenant").ClaimList("orgs")
            .ClaimList("orgs").Host("{tenant}.example.com", "www").Host("{tenant}.EXAMPLE.com", "api").Domains().Domains();
        Assert.Equal(4, sources.Count);
        Assert.Single(sources.Hosts);
    }

    static bool Check(Action<TenantSources> configure)
    {
        var sources = new TenantSources();
        configure(sources);
        return new TenantSourcesValidator().Validate(null, sources).Succeeded;
    }
}
