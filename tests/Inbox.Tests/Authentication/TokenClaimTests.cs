using System.Text.Json.Nodes;
using Inbox.Authentication;

namespace Inbox.Tests.Authentication;

/// <summary>What a signed token says. All of these are signed with the right key.</summary>
public sealed class TokenClaimTests : IDisposable
{
    readonly Forge _forge = new();

    public void Dispose() => _forge.Dispose();

    static long At(int seconds) => Forge.Now.AddSeconds(seconds).ToUnixTimeSeconds();

    [Theory]
    [InlineData(1, true)]
    [InlineData(0, true)]
    [InlineData(-29, true)]
    [InlineData(-30, false)]
    [InlineData(-3600, false)]
    public void A_token_ends_30_seconds_after_its_expiry_at_the_latest(int seconds, bool taken) =>
        Assert.Equal(taken ? TokenRefusal.None : TokenRefusal.Expired, _forge.Validate(_forge.WithClaim("exp", At(seconds))));

    [Fact]
    public void Without_skew_it_ends_at_its_expiry()
    {
        using var exact = new Forge(TimeSpan.Zero);
        exact.Accept(exact.WithClaim("exp", At(1)));
        Assert.Equal(TokenRefusal.Expired, exact.Validate(exact.WithClaim("exp", At(0))));
    }

    [Fact]
    public void A_token_without_an_end_is_refused() => Assert.Equal(TokenRefusal.NoExpiry, _forge.Validate(_forge.WithoutClaim("exp")));

    [Theory]
    [InlineData(30, true)]
    [InlineData(31, false)]
    [InlineData(3600, false)]
    public void A_token_begins_when_it_says(int seconds, bool taken)
    {
        Assert.Equal(taken ? TokenRefusal.None : TokenRefusal.NotYetValid, _forge.Validate(_forge.WithClaim("nbf", At(seconds))));
        Assert.Equal(taken ? TokenRefusal.None : TokenRefusal.IssuedInFuture, _forge.Validate(_forge.WithClaim("iat", At(seconds))));
    }

    [Fact]
    public void Begin_and_issue_may_be_absent()
    {
        _forge.Accept(_forge.WithoutClaim("nbf"));
        _forge.Accept(_forge.WithoutClaim("iat"));
    }

    [Theory]
    [InlineData("exp")]
    [InlineData("nbf")]
    [InlineData("iat")]
    public void A_time_that_is_no_sane_number_is_refused(string name)
    {
        string[] values = ["null", "true", "\"1790000000\"", "[]", "{}", "-1", "-1e2", "1e400", "1e20", "253402300800", "99999999999999999999999999999999"];
        foreach (var value in values)
            Assert.Equal(TokenRefusal.Claim, _forge.Validate(_forge.WithClaim(name, JsonNode.Parse(value))));
    }

    [Fact]
    public void A_time_may_have_a_fraction() => _forge.Accept(_forge.WithClaim("exp", JsonNode.Parse($"{At(60)}.5")));

    [Fact]
    public void Another_issuer_is_refused()
    {
        Assert.Equal(TokenRefusal.Issuer, _forge.Validate(_forge.WithoutClaim("iss")));
        foreach (var value in (string[])["\"\"", "\"https://issuer.test/\"", "\"HTTPS://ISSUER.TEST\"", "\"https://issuer.test.evil.test\"", "[\"https://issuer.test\"]", "null", "1"])
            Assert.Equal(TokenRefusal.Issuer, _forge.Validate(_forge.WithClaim("iss", JsonNode.Parse(value))));
    }

    [Fact]
    public void Another_audience_is_refused()
    {
        Assert.Equal(TokenRefusal.Audience, _forge.Validate(_forge.WithoutClaim("aud")));
        foreach (var value in (string[])["\"\"", "\"Inbox\"", "\"inbox2\"", "\"inbox,other\"", "[]", "[\"other\"]", "[\"inbox\",1]", "{\"inbox\":1}", "null"])
            Assert.Equal(TokenRefusal.Audience, _forge.Validate(_forge.WithClaim("aud", JsonNode.Parse(value))));
    }

    [Fact]
    public void An_audience_may_be_one_of_several() => _forge.Accept(_forge.WithClaim("aud", new JsonArray("other", "inbox")));

    [Fact]
    public void Every_organisation_becomes_a_claim()
    {
        Assert.Equal(["acme"], Values(_forge.Valid(), "org"));
        Assert.Equal(["acme", "globex"], Values(_forge.WithClaim("org", new JsonArray("acme", "globex")), "org"));
        Assert.Empty(Values(_forge.WithoutClaim("org"), "org"));
    }

    [Fact]
    public void Every_role_becomes_a_role()
    {
        Assert.True(_forge.Accept(_forge.WithClaim("roles", "platform-admin")).HasClaim("roles", "platform-admin"));
        var both = new System.Security.Claims.ClaimsPrincipal(_forge.Accept(_forge.WithClaim("roles", new JsonArray("reader", "platform-admin"))));
        Assert.True(both.IsInRole("platform-admin"));
        Assert.True(both.IsInRole("reader"));
        Assert.False(both.IsInRole("reader platform-admin"));
        Assert.Equal("alice", both.Identity!.Name);
    }

    [Theory]
    [InlineData("org")]
    [InlineData("roles")]
    public void A_list_that_is_no_list_of_texts_is_refused(string name)
    {
        foreach (var value in (string[])["null", "1", "true", "{}", "\"\"", "[\"\"]", "[1]", "[null]", "[[\"acme\"]]", "{\"acme\":true}"])
            Assert.Equal(TokenRefusal.Claim, _forge.Validate(_forge.WithClaim(name, JsonNode.Parse(value))));
        Assert.Equal(TokenRefusal.Claim, _forge.Validate(_forge.WithClaim(name, new string('a', 256))));
        Assert.Equal(TokenRefusal.Claim, _forge.Validate(_forge.WithClaim(name, new JsonArray([.. Enumerable.Repeat(0, 65).Select(_ => (JsonNode)"a")]))));
    }

    [Fact]
    public void A_subject_is_required_and_is_one_text()
    {
        Assert.Equal(TokenRefusal.Claim, _forge.Validate(_forge.WithoutClaim("sub")));
        foreach (var value in (string[])["null", "1", "\"\"", "[\"alice\"]"])
            Assert.Equal(TokenRefusal.Claim, _forge.Validate(_forge.WithClaim("sub", JsonNode.Parse(value))));
    }

    string[] Values(string token, string type) => [.. _forge.Accept(token).FindAll(type).Select(claim => claim.Value)];
}
