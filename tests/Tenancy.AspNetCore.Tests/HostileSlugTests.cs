namespace Tenancy.AspNetCore.Tests;

public sealed class HostileSlugTests
{
    public static TheoryData<string> Slugs { get; } =
    [
        "a'; drop schema x; --",
        new string('a', 64),
        new string('a', 5000),
        "ACME",
        "Acme",
        "acm\u0435",
        "\uff41cme",
        "acme\u200b",
        "a\u0301cme",
        "..",
        "..x",
        "../beta",
        "pg_catalog",
        "pg_",
        "%61cme",
        "acme\n",
        "acme\r\n",
        "acme ",
        " acme",
        "acme\t",
        "acme\u0001",
        "acme/beta",
        "acme,beta",
        "acme;beta",
        "acme-",
        "-acme",
        "null",
        "*",
        FixedCatalog.Acme.Id.ToString(),
    ];

    [Theory]
    [MemberData(nameof(Slugs))]
    public async Task A_hostile_slug_in_the_route_of_a_public_site_is_the_same_404(string slug)
    {
        await using var host = await TestHost.StartAsync(Organizations.Map, TestHost.RouteOnly);
        // Servers resolve dots even when encoded: two of them never arrive as a value, but only as another path.
        if (slug == "..")
            slug = "%2e%2e";
        var expected = await host.GetRawAsync(Organizations.Of("nobody"));
        Assert.StartsWith("HTTP/1.1 404 ", expected, StringComparison.Ordinal);
        Assert.Equal(expected, await host.GetRawAsync(Organizations.Of(Uri.EscapeDataString(slug))));
        Assert.DoesNotContain(host.Logs.Entries, entry =>
            entry.Category.StartsWith("Tenancy", StringComparison.Ordinal)
            && entry.Text.Contains(slug, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Slugs))]
    public async Task A_hostile_slug_beside_a_claim_is_the_same_404(string slug)
    {
        if (slug == "..")
            slug = "%2e%2e";
        foreach (var sources in new[] { TestHost.ClaimAndRoute, TestHost.RouteAndClaim })
        {
            await using var host = await TestHost.StartAsync(Organizations.Map, sources);
            var expected = await host.GetRawAsync(Organizations.Of("nobody"), "org=acme");
            Assert.StartsWith("HTTP/1.1 404 ", expected, StringComparison.Ordinal);
            Assert.Equal(expected, await host.GetRawAsync(Organizations.Of(Uri.EscapeDataString(slug)), "org=acme"));
        }
    }

    [Theory]
    [MemberData(nameof(Slugs))]
    [InlineData("")]
    public async Task A_hostile_slug_in_a_claim_is_the_same_404(string slug)
    {
        await using var host = await TestHost.StartAsync(Organizations.Map);
        var expected = await host.GetRawAsync("/me", "org=nobody");
        Assert.StartsWith("HTTP/1.1 404 ", expected, StringComparison.Ordinal);
        Assert.Equal(expected, await host.GetRawAsync("/me", $"org={Uri.EscapeDataString(slug)}"));
    }

    [Theory]
    [InlineData("acme%0A")]
    [InlineData("%2561cme")]
    [InlineData("acme%00")]
    [InlineData("acme%20")]
    [InlineData("..%2fbeta")]
    public async Task An_encoding_does_not_make_another_text_the_slug(string encoded)
    {
        await using var host = await TestHost.StartAsync(Organizations.Map, TestHost.RouteOnly);
        var answer = await host.GetRawAsync(Organizations.Of(encoded));
        Assert.DoesNotContain("HTTP/1.1 200", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_control_an_encoded_letter_is_that_letter()
    {
        await using var host = await TestHost.StartAsync(Organizations.Map, TestHost.RouteOnly);
        Assert.StartsWith("HTTP/1.1 200 ", await host.GetRawAsync(Organizations.Of("%61cme")), StringComparison.Ordinal);
    }
}
