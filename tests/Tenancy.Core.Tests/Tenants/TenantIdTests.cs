namespace Tenancy.Core.Tests;

public sealed class TenantIdTests
{
    const string Text = "0190a5e4-7b2c-7def-8abc-0123456789ab";

    [Theory]
    [InlineData("")]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    [InlineData("0190a5e47b2c7def8abc0123456789ab")]
    [InlineData("{0190a5e4-7b2c-7def-8abc-0123456789ab}")]
    [InlineData("(0190a5e4-7b2c-7def-8abc-0123456789ab)")]
    [InlineData(" 0190a5e4-7b2c-7def-8abc-0123456789a")]
    [InlineData("0190a5e4-7b2c-7def-8abc-0123456789ag")]
    [InlineData("0190a5e4-7b2c-7def-8abc-0123456789ab'; --")]
    [InlineData("acme")]
    [InlineData("０190a5e4-7b2c-7def-8abc-0123456789ab")]
    public void What_is_not_an_id_is_refused(string text)
    {
        Assert.False(TenantId.TryParse(text, null, out var id));
        Assert.Equal(default, id);
        Assert.Throws<FormatException>(() => TenantId.Parse(text));
    }

    [Fact]
    public void Null_is_no_id() => Assert.False(TenantId.TryParse((string?)null, null, out _));

    [Fact]
    public void Case_does_not_make_another_id()
    {
        Assert.Equal(TenantId.Parse(Text), TenantId.Parse(Text.ToUpperInvariant()));
        Assert.Equal(Text, TenantId.Parse(Text.ToUpperInvariant()).ToString());
    }

    [Fact]
    public void The_empty_uuid_is_refused() => Assert.Throws<ArgumentException>(() => new TenantId(Guid.Empty));

    [Fact]
    public void New_ids_are_of_version_7_and_differ()
    {
        var ids = Enumerable.Range(0, 100).Select(_ => TenantId.Create(TimeProvider.System)).ToList();
        Assert.Equal(100, ids.Distinct().Count());
        Assert.All(ids, id => Assert.Equal(7, id.Value.Version));
    }
}
