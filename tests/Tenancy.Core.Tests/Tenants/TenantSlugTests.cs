namespace Tenancy.Core.Tests;

public sealed class TenantSlugTests
{
    public static TheoryData<string> Hostile => new()
    {
        "", " ", "a", "ab", "a'; drop schema x; --", new string('a', 64), "Acme", "ACME", "aCme", "acme ", " acme", "acme\n", "acme\r\n", "\nacme", "acme\0", "ac\0me",
        "pg_catalog", "pg_", "..", "...", "a..b", "../etc", "a/b", "a\\b", "a.b", "a:b", "a@b", "a%20b", "a+b", "a_b", "-acme", "acme-", "-", "---", "\"acme\"", "'acme'",
        "аcme", "acmе", "ａｃｍｅ", "acmé", "acme\u0301", "acme\u200b", "\ufeffacme", "acme\u00ad", "ac‐me", "ac−me", "ıstanbul", "straße", "١٢٣", "１２３", "😀😀😀",
        "0190a5e4-7b2c-7def-8abc-0123456789ab", "0190a5e47b2c7def8abc0123456789ab", "00000000-0000-0000-0000-000000000000", "ffffffffffffffffffffffffffffffff",
    };

    [Theory, MemberData(nameof(Hostile))]
    public void What_is_not_a_slug_is_refused_in_every_way(string text)
    {
        Assert.False(TenantSlug.IsValid(text));
        Assert.False(TenantSlug.TryParse(text, null, out var slug));
        Assert.Equal(default, slug);
        Assert.False(TenantSlug.TryParse(text.AsSpan(), null, out _));
        var error = Assert.Throws<FormatException>(() => TenantSlug.Parse(text));
        // The remedy, and never the text: it would go into a log.
        Assert.Contains("3 to 63", error.Message, StringComparison.Ordinal);
        if (text.Length > 4)
            Assert.DoesNotContain(text, error.Message, StringComparison.Ordinal);
        Assert.Throws<FormatException>(() => TenantSlug.Parse(text.AsSpan()));
    }

    [Theory]
    [InlineData("abc")]
    [InlineData("a-b")]
    [InlineData("123")]
    [InlineData("a--b")]
    [InlineData("xn--a")]
    [InlineData("public")]
    [InlineData("0190a5e4-7b2c-7def-8abc-0123456789abc")]
    public void What_is_a_slug_is_kept_as_it_is(string text)
    {
        var slug = TenantSlug.Parse(text);
        Assert.Equal(text, slug.Value);
        Assert.Equal(text, slug.ToString());
        Assert.Equal(slug, TenantSlug.Parse(text.AsSpan()));
    }

    [Fact]
    public void The_longest_slug_has_63_characters()
    {
        Assert.True(TenantSlug.IsValid(new string('a', TenantSlug.MaxLength)));
        Assert.False(TenantSlug.IsValid(new string('a', TenantSlug.MaxLength + 1)));
    }

    [Fact]
    public void The_default_is_empty_and_null_is_no_slug()
    {
        Assert.Equal("", default(TenantSlug).Value);
        Assert.Equal("", default(TenantSlug).ToString());
        Assert.NotEqual(default, TenantSlug.Parse("abc"));
        Assert.False(TenantSlug.TryParse((string?)null, null, out _));
    }
}
