using Microsoft.AspNetCore.Builder;

namespace Tenancy.AspNetCore.Tests;

/// <summary>A token that names several organisations: the route chooses one of them.</summary>
public sealed class ClaimListTests : IAsyncLifetime
{
    TestHost _host = null!;

    public async Task InitializeAsync() => _host = await TestHost.StartAsync(
        Organizations.Map, sources => sources.ClaimList("orgs").Route("tenant").Header("X-Tenant"));

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData("orgs=acme;orgs=beta")]
    [InlineData("orgs=beta;orgs=acme")]
    [InlineData("orgs=beta;orgs=acme;orgs=beta;orgs=acme")]
    [InlineData("orgs=[\"acme\",\"beta\"]")]
    [InlineData("orgs=[ \"beta\" ,\t\"acme\" ] ")]
    [InlineData("orgs=[\"nobody\"];orgs=acme")]
    [InlineData("orgs=acme")]
    [InlineData("orgs=acme;orgs=acme")]
    [InlineData("orgs=[\"acme\",\"acme\"]")]
    public async Task The_route_chooses_one_of_the_list(string claims) =>
        Assert.Equal((200, "acme"), await AskAsync(Organizations.Of("acme"), claims));

    [Theory]
    [InlineData("orgs=beta;orgs=sleepy")]
    [InlineData("orgs=beta")]
    [InlineData("orgs=[\"beta\",\"sleepy\"]")]
    [InlineData("orgs=[]")]
    [InlineData("orgs=")]
    [InlineData("orgs=[\"acme,beta\"]")]
    [InlineData("orgs=acme,beta")]
    [InlineData("orgs=ACME;orgs=beta")]
    [InlineData("orgs=[\"\\u0061cme\",\"beta\"]")]
    [InlineData("sub=1")]
    [InlineData(null)]
    public async Task The_route_may_choose_none_but_those_of_the_list(string? claims) =>
        Assert.Equal(404, (await AskAsync(Organizations.Of("acme"), claims)).Status);

    [Theory]
    [InlineData("orgs=acme")]
    [InlineData("orgs=acme;orgs=acme")]
    [InlineData("orgs=[\"acme\"]")]
    [InlineData("orgs=[\"acme\",\"acme\"];orgs=acme")]
    public async Task A_list_of_one_decides_alone(string claims) => Assert.Equal((200, "acme"), await AskAsync("/me", claims));

    [Theory]
    [InlineData("orgs=acme;orgs=beta")]
    [InlineData("orgs=[\"acme\",\"beta\"]")]
    [InlineData("orgs=[]")]
    public async Task A_list_of_several_without_a_choice_names_no_tenant(string claims)
    {
        Assert.Equal(400, (await AskAsync("/me", claims)).Status);
        Assert.Equal((200, "-"), await AskAsync("/open", claims));
    }

    [Theory]
    [InlineData("[")]
    [InlineData("[\"acme\"")]
    [InlineData("[\"acme\",]")]
    [InlineData("[\"acme\" \"beta\"]")]
    [InlineData("[\"acme\"]x")]
    [InlineData("[\"acme\"][\"beta\"]")]
    [InlineData("[acme]")]
    [InlineData("[1,\"acme\"]")]
    [InlineData("[null,\"acme\"]")]
    [InlineData("[[\"acme\"]]")]
    [InlineData("[\"acme\\")]
    [InlineData("[\"acme\0\"]\0")]
    public async Task An_array_that_is_none_of_strings_is_refused(string array)
    {
        var claims = "orgs=" + Uri.EscapeDataString(array);
        Assert.Equal(404, (await AskAsync(Organizations.Of("acme"), claims)).Status);
        Assert.Equal(404, (await AskAsync(Organizations.Of("acme"), claims + ";orgs=acme")).Status);
        Assert.Equal(404, (await AskAsync("/me", claims)).Status);
    }

    [Fact]
    public async Task The_header_chooses_too_and_must_agree_with_the_route()
    {
        Assert.Equal((200, "beta"), await AskAsync("/me", "orgs=acme;orgs=beta", "beta"));
        Assert.Equal(404, (await AskAsync("/me", "orgs=acme;orgs=beta", "sleepy")).Status);
        Assert.Equal(404, (await AskAsync(Organizations.Of("acme"), "orgs=acme;orgs=beta", "beta")).Status);
    }

    [Theory]
    [InlineData("sleepy", 403)]
    [InlineData("newborn", 503)]
    [InlineData("leaving", 404)]
    [InlineData("nobody", 404)]
    public async Task The_chosen_ones_status_decides(string slug, int status) =>
        Assert.Equal(status, (await AskAsync(Organizations.Of(slug), $"orgs=acme;orgs={slug}")).Status);

    [Fact]
    public async Task Two_lists_must_both_have_the_chosen_one_and_a_single_claim_must_be_in_the_list()
    {
        await using var host = await TestHost.StartAsync(
            Organizations.Map, sources => sources.ClaimList("orgs").ClaimList("groups").Claim("org").Route("tenant"));
        foreach (var (claims, status) in new[]
        {
            ("orgs=acme;orgs=beta;groups=acme;groups=sleepy", 200),
            ("orgs=sleepy;orgs=beta;groups=acme;groups=sleepy", 404),
            ("orgs=acme;orgs=beta;org=acme", 200),
            ("orgs=sleepy;orgs=beta;org=acme", 404),
            ("orgs=acme;orgs=beta;org=beta", 404),
        })
        {
            using var response = await host.GetAsync(Organizations.Of("acme"), claims);
            Assert.Equal((claims, status), (claims, (int)response.StatusCode));
        }
    }

    [Fact]
    public async Task A_source_of_ones_own_may_list()
    {
        await using var host = await TestHost.StartAsync(Organizations.Map, sources => sources.Route("tenant").Add(
            context => TenantAnswer.OneOf(context.Request.Headers["X-List"].ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries)), isProof: true));
        foreach (var (list, status) in new[] { ("acme beta", 200), ("acme", 200), ("beta sleepy", 404), ("beta", 404), ("", 404) })
        {
            var answer = await host.GetRawAsync(Organizations.Of("acme"), null, "localhost", $"X-List: {list}");
            Assert.Equal((list, status), (list, int.Parse(answer.AsSpan(9, 3), provider: null)));
        }
    }

    async Task<(int Status, string Body)> AskAsync(string path, string? claims, string? header = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (claims is not null)
            request.Headers.TryAddWithoutValidation(HeaderAuthenticationHandler.Claims, claims);
        if (header is not null)
            request.Headers.Add("X-Tenant", header);
        using var response = await _host.Client.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
