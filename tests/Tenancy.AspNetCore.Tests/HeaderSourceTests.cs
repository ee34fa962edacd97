namespace Tenancy.AspNetCore.Tests;

public sealed class HeaderSourceTests
{
    static readonly Action<TenantSources> HeaderOnly = sources => sources.Header("X-Tenant");
    static readonly Action<TenantSources> ClaimAndHeader = sources => sources.Claim("org").Header("X-Tenant");

    [Theory]
    [InlineData("X-Tenant: acme", 200)]
    [InlineData("x-tenant: acme", 200)]
    [InlineData("X-Tenant: acme\r\nX-Tenant: acme", 404)]
    [InlineData("X-Tenant: acme\r\nx-tenant: beta", 404)]
    [InlineData("X-Tenant: acme,acme", 404)]
    [InlineData("X-Tenant:", 404)]
    [InlineData("X-Tenant: ACME", 404)]
    [InlineData("X-Tenant: nobody", 404)]
    [InlineData("X-Tenant: sleepy", 403)]
    [InlineData("X-Other: acme", 400)]
    public async Task A_header_selects_on_a_public_site(string header, int status) =>
        Assert.Equal(status, await StatusOf(HeaderOnly, null, header));

    [Theory]
    [InlineData("X-Tenant: acme", "org=acme", 200)]
    [InlineData("X-Other: acme", "org=acme", 200)]
    [InlineData("X-Tenant: acme", null, 404)]
    [InlineData("X-Tenant: acme", "sub=1", 404)]
    [InlineData("X-Tenant: beta", "org=acme", 404)]
    [InlineData("X-Tenant:", "org=acme", 404)]
    [InlineData("X-Tenant: acme\r\nX-Tenant: acme", "org=acme", 404)]
    public async Task A_header_must_agree_with_the_claim_and_is_not_trusted_alone(string header, string? claims, int status) =>
        Assert.Equal(status, await StatusOf(ClaimAndHeader, claims, header));

    [Fact]
    public async Task A_function_is_a_source_and_says_whether_it_proves()
    {
        foreach (var (proves, status) in new[] { (false, 404), (true, 200) })
        {
            await using var host = await TestHost.StartAsync(Organizations.Map, sources => sources.Claim("org").Add(
                context => context.Request.Query.ContainsKey("t") ? TenantAnswer.Named("acme".AsMemory()) : TenantAnswer.Silent, proves));
            using var response = await host.GetAsync("/me?t=1");
            Assert.Equal(status, (int)response.StatusCode);
            using var contradicting = await host.GetAsync("/me?t=1", "org=beta");
            Assert.Equal(404, (int)contradicting.StatusCode);
        }
    }

    static async Task<int> StatusOf(Action<TenantSources> sources, string? claims, string header)
    {
        await using var host = await TestHost.StartAsync(Organizations.Map, sources);
        var answer = await host.GetRawAsync("/me", claims, "localhost", header);
        return int.Parse(answer.AsSpan(9, 3), provider: null);
    }
}
