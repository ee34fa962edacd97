using System.Text.Json.Serialization;

namespace Tenancy.Core.Tests;

public sealed partial class TenantSettingsTests
{
    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("1")]
    [InlineData("null")]
    [InlineData("\"a\"")]
    [InlineData("{")]
    [InlineData("{} {}")]
    [InlineData("{\"a\":1,}")]
    [InlineData("{\"a\":1,\"a\":2}")]
    [InlineData("{\"a\":{\"b\":1,\"b\":2}}")]
    [InlineData("{'a':1}")]
    public void What_is_not_one_object_is_refused(string json) => Assert.Throws<FormatException>(() => TenantSettings.Parse(json));

    [Fact]
    public void Values_are_read_by_name()
    {
        var settings = TenantSettings.Parse("""{"theme":"dark","size":3,"gone":null}""");
        Assert.True(settings.TryGet("theme", Json.Default.String, out var theme));
        Assert.Equal("dark", theme);
        Assert.True(settings.TryGet("size", Json.Default.Int32, out var size));
        Assert.Equal(3, size);
        Assert.False(settings.TryGet("gone", Json.Default.String, out _));
        Assert.False(settings.TryGet("Theme", Json.Default.String, out _));
    }

    [Fact]
    public void Its_text_hides_the_values()
    {
        var settings = TenantSettings.Parse("""{"token":"hunter2"}""");
        Assert.DoesNotContain("hunter2", settings.ToString(), StringComparison.Ordinal);
        var tenant = Sample.Tenant("acme") with { Settings = settings };
        Assert.DoesNotContain("hunter2", $"{tenant}", StringComparison.Ordinal);
    }

    [Fact]
    public void The_empty_object_is_one() => Assert.Same(TenantSettings.Empty, TenantSettings.Parse("{}"));

    [JsonSerializable(typeof(string))]
    [JsonSerializable(typeof(int))]
    internal sealed partial class Json : JsonSerializerContext;
}
