namespace Tenancy.AspNetCore.Tests;

/// <summary>Hostile text by every way in, through a real server: never a tenant, always the same answer.</summary>
public sealed class HostileSourceTests(HostileSourceTests.Hosts hosts) : IClassFixture<HostileSourceTests.Hosts>
{
    static readonly string[] Texts =
    [
        "a'; drop schema x; --", new string('a', 63), new string('a', 64), new string('a', 4000), "ACME", "Acme", "acm\u0435", "\uff41cme",
        "acme\u200b", "a\u0301cme", "..", "../acme", "pg_", "pg_catalog", "%61cme", "acme%00", "acme\0", "acme\t", "acme beta", "acme,beta",
        "acme;beta", "acme-", "-acme", "null", "*", "{tenant}", "[]", "[\"acme\"", "\"acme\"", FixedCatalog.Acme.Id.ToString(), "\u212acme", "acme.",
    ];

    readonly TestHost _public = hosts.Public;
    readonly TestHost _proven = hosts.Proven;

    public static TheoryData<string> Hostile { get; } = [.. Texts];

    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task By_host(string text)
    {
        // What the server lets through as a host is ours to refuse; the rest it refuses itself, before any of us. Case
        // means nothing in DNS.
        await AssertRefusedAsync(_public, "/me", null, text + ".example.com", null, text is "ACME" or "Acme");
        await AssertRefusedAsync(_proven, "/me", "org=acme", text + ".example.com", null, text is "ACME" or "Acme");
    }

    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task By_header(string text)
    {
        // White space around a header's value is not part of it.
        await AssertRefusedAsync(_public, "/me", null, "localhost", text, text == "acme\t");
        await AssertRefusedAsync(_proven, "/me", "org=acme", "localhost", text, text == "acme\t");
    }

    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task By_route(string text)
    {
        // Two dots never arrive as a value; encoded once more they do.
        var path = Organizations.Of(text is ".." ? "%252e%252e" : Uri.EscapeDataString(text));
        await AssertRefusedAsync(_public, path, null, "localhost", null);
        await AssertRefusedAsync(_proven, path, "org=acme", "localhost", null);
    }

    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task By_claim_and_by_list(string text)
    {
        var value = Uri.EscapeDataString(text);
        await AssertRefusedAsync(_proven, "/me", $"org={value}", "localhost", null);
        foreach (var path in new[] { Organizations.Of("acme"), Organizations.Of(value is ".." ? "%252e%252e" : value) })
            await AssertRefusedAsync(_proven, path, $"orgs={value};orgs=beta", "localhost", null);
        await AssertRefusedAsync(_proven, "/me", $"org=acme;orgs={value}", "localhost", null);
    }

    [Fact]
    public async Task The_control_an_honest_text_by_the_same_ways_is_served()
    {
        foreach (var (path, claims, host, header) in new[]
        {
            ("/me", "org=acme", "acme.example.com", null), ("/me", "org=acme", "localhost", "acme"),
            (Organizations.Of("acme"), "orgs=acme;orgs=beta", "localhost", null), (Organizations.Of("acme"), "org=acme;orgs=beta;orgs=acme", "acme.example.com", "acme"),
        })
        {
            var answer = await _proven.GetRawAsync(path, claims, host, header is null ? [] : [$"X-Tenant: {header}"]);
            Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("org=acme;org=beta")]
    [InlineData("org=acme;org=acme")]
    [InlineData("org=acme;org=")]
    [InlineData("org=acme;orgs=beta;orgs=sleepy")]
    [InlineData("org=acme;orgs=beta")]
    [InlineData("org=acme;orgs=[]")]
    public async Task Claims_that_contradict_are_refused(string claims)
    {
        await AssertRefusedAsync(_proven, "/me", claims, "localhost", null);
        await AssertRefusedAsync(_proven, Organizations.Of("acme"), claims, "acme.example.com", "acme");
    }

    static async Task AssertRefusedAsync(
        TestHost server, string path, string? claims, string host, string? header, bool means = false)
    {
        var expected = await server.GetRawAsync("/me", "org=nobody", "localhost", "X-Tenant: nobody");
        Assert.StartsWith("HTTP/1.1 404", expected, StringComparison.Ordinal);
        var answer = await server.GetRawAsync(path, claims, host, header is null ? [] : [$"X-Tenant: {header}"]);
        if (means)
            Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
        else if (!answer.StartsWith("HTTP/1.1 400 Bad Request\r\nContent-Length: 0", StringComparison.Ordinal))
            Assert.Equal(expected, answer);
        Assert.DoesNotContain(server.Logs.Entries, entry =>
            entry.Category.StartsWith("Tenancy", StringComparison.Ordinal) && entry.Text.Contains("drop schema", StringComparison.Ordinal));
    }

    public sealed class Hosts : IAsyncLifetime
    {
        internal TestHost Public { get; private set; } = null!;

        internal TestHost Proven { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            Public = await TestHost.StartAsync(
                Organizations.Map, sources => sources.Host("{tenant}.example.com").Header("X-Tenant").Route("tenant"));
            Proven = await TestHost.StartAsync(
                Organizations.Map,
                sources => sources.Claim("org").ClaimList("orgs").Host("{tenant}.example.com").Header("X-Tenant").Route("tenant"));
        }

        public async Task DisposeAsync()
        {
            await Public.DisposeAsync();
            await Proven.DisposeAsync();
        }
    }
}
