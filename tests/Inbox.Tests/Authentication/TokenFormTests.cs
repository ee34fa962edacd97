using System.Text;
using Inbox.Authentication;

namespace Inbox.Tests.Authentication;

/// <summary>How a token is written: one spelling only.</summary>
public sealed class TokenFormTests : IDisposable
{
    readonly Forge _forge = new();

    public void Dispose() => _forge.Dispose();

    [Fact]
    public void A_valid_token_is_taken() => _forge.Accept(_forge.Valid());

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("...")]
    [InlineData("e30.e30")]
    [InlineData("null")]
    public void What_is_no_token_is_refused(string token) => Assert.NotEqual(TokenRefusal.None, _forge.Validate(token));

    [Fact]
    public void Two_parts_and_four_parts_are_refused()
    {
        var parts = _forge.Valid().Split('.');
        Assert.Equal(TokenRefusal.NotCompact, _forge.Validate($"{parts[0]}.{parts[1]}"));
        Assert.Equal(TokenRefusal.NotCompact, _forge.Validate(_forge.Valid() + "."));
        Assert.Equal(TokenRefusal.NotCompact, _forge.Validate(_forge.Valid() + ".e30"));
        Assert.Equal(TokenRefusal.NotCompact, _forge.Validate(_forge.Valid() + ".e30.e30"));
    }

    [Fact]
    public void A_token_of_more_than_8_KiB_is_refused_though_it_is_signed()
    {
        Assert.Equal(TokenRefusal.TooLong, _forge.Validate(_forge.WithClaim("padding", new string('x', 8 * 1024))));
        _forge.Accept(_forge.WithClaim("padding", new string('x', 5 * 1024)));
    }

    [Theory]
    [InlineData("=")]
    [InlineData("==")]
    [InlineData(" ")]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\t")]
    public void Padding_and_white_space_are_refused(string extra)
    {
        Assert.Equal(TokenRefusal.NotBase64Url, _forge.Validate(_forge.Valid() + extra));
        Assert.Equal(TokenRefusal.NotBase64Url, _forge.Validate(extra + _forge.Valid()));
        Assert.Equal(TokenRefusal.NotBase64Url, _forge.Validate(_forge.Valid().Replace(".", extra + ".", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_signature_with_stray_bits_at_its_end_is_refused()
    {
        // 64 bytes take 86 characters, of which the last carries only two bits that count: the other four must be zero.
        const string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        var token = _forge.Valid();
        var last = alphabet.IndexOf(token[^1], StringComparison.Ordinal);
        Assert.Equal(0, last % 16);
        for (var stray = 1; stray < 16; stray++)
            Assert.Equal(TokenRefusal.NotBase64Url, _forge.Validate(token[..^1] + alphabet[last + stray]));
    }

    [Theory]
    [InlineData('+')]
    [InlineData('/')]
    public void The_other_base64_alphabet_is_refused(char foreign)
    {
        var token = _forge.Valid();
        Assert.Equal(TokenRefusal.NotBase64Url, _forge.Validate(token[..^3] + foreign + token[^2..]));
    }

    [Theory]
    [InlineData("""{"alg":"ES256","kid":"KID","alg":"ES256"}""")]
    [InlineData("""{"alg":"none","kid":"KID","alg":"ES256"}""")]
    [InlineData("""{"alg":"ES256","kid":"KID","\u0061lg":"ES256"}""")]
    [InlineData("""{"alg":"ES256","kid":"KID",}""")]
    [InlineData("""{"alg":"ES256","kid":"KID"} {}""")]
    [InlineData("""/* */{"alg":"ES256","kid":"KID"}""")]
    [InlineData("""[{"alg":"ES256","kid":"KID"}]""")]
    [InlineData("""{"alg":"ES256","kid":"KID","typ":"\ud800"}""")]
    [InlineData("""{"alg":"ES256","kid":"KID","\ud800":"x"}""")]
    [InlineData("null")]
    [InlineData("\"ES256\"")]
    public void A_header_that_is_no_strict_JSON_object_is_refused(string header) =>
        Assert.Equal(TokenRefusal.NotJson, _forge.Validate(_forge.SignRaw(
            header.Replace("KID", _forge.KeyId, StringComparison.Ordinal), Forge.Claims().ToJsonString())));

    [Fact]
    public void A_payload_with_a_member_that_stands_twice_is_refused()
    {
        var claims = Forge.Claims().ToJsonString();
        foreach (var twice in (string[])["\"org\":\"globex\"", "\"exp\":9999999999", "\"\\u006frg\":\"globex\"", "\"x\":{\"a\":1,\"a\":2}"])
        {
            var payload = string.Concat(claims.AsSpan(0, claims.Length - 1), ",", twice, "}");
            Assert.Equal(TokenRefusal.NotJson, _forge.Validate(_forge.SignRaw(_forge.Header().ToJsonString(), payload)));
        }
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("\"alice\"")]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("""{"sub":"\ud800"}""")]
    [InlineData("""{"unread":["\udc00"]}""")]
    public void A_payload_that_is_no_strict_JSON_object_is_refused(string payload)
    {
        var refusal = _forge.Validate(_forge.SignRaw(_forge.Header().ToJsonString(), payload));
        Assert.Equal(payload.Length == 0 ? TokenRefusal.NotBase64Url : TokenRefusal.NotJson, refusal);
    }

    [Fact]
    public void Bytes_that_are_no_UTF_8_are_refused()
    {
        var header = Encoding.UTF8.GetBytes(_forge.Header().ToJsonString());
        byte[] payload = [.. "{\"unread\":\""u8, 0xC0, 0xAE, .. "\"}"u8];
        Assert.Equal(TokenRefusal.NotJson, _forge.Validate(_forge.SignRaw(header, payload)));
        byte[] marked = [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(Forge.Claims().ToJsonString())];
        Assert.Equal(TokenRefusal.NotJson, _forge.Validate(_forge.SignRaw(header, marked)));
    }

    [Fact]
    public void Deep_nesting_is_refused()
    {
        var claims = Forge.Claims().ToJsonString();
        var payload = $"{claims[..^1]},\"x\":{new string('[', 500)}{new string(']', 500)}}}";
        Assert.Equal(TokenRefusal.NotJson, _forge.Validate(_forge.SignRaw(_forge.Header().ToJsonString(), payload)));
    }
}
