using System.Diagnostics.CodeAnalysis;
using System.Security.Claims;
using System.Text;
using System.Text.Json;

namespace Inbox.Authentication;

/// <summary>
/// Validates compact JWS tokens. The key decides the algorithm, never the token; nothing in the payload is looked at
/// before the signature holds.
/// </summary>
sealed class TokenValidator(JsonWebKeySet keys, JwtOptions options, TimeProvider time)
{
    /// <summary>The longest token, in characters.</summary>
    public const int MaxLength = 8 * 1024;

    static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    public TokenRefusal Validate(string token, out ClaimsIdentity? identity)
    {
        identity = null;
        if (token.Length > MaxLength)
            return TokenRefusal.TooLong;
        if (!TrySplit(token, out var header, out var payload, out var signature))
            return TokenRefusal.NotCompact;
        if (!StrictBase64Url.TryDecode(header, out var headerBytes) ||
            !StrictBase64Url.TryDecode(payload, out var payloadBytes) ||
            !StrictBase64Url.TryDecode(signature, out var signatureBytes))
            return TokenRefusal.NotBase64Url;

        if (!TryParse(headerBytes, out var headerDocument))
            return TokenRefusal.NotJson;
        using (headerDocument)
        {
            var refusal = TokenHeader.Check(headerDocument.RootElement, keys, out var key);
            if (refusal != TokenRefusal.None)
                return refusal;
            // The alphabet was checked, so that every character is one byte.
            var signed = Encoding.ASCII.GetBytes(token, 0, header.Length + 1 + payload.Length);
            if (!key!.Verify(signed, signatureBytes))
                return TokenRefusal.Signature;
        }

        if (!TryParse(payloadBytes, out var payloadDocument))
            return TokenRefusal.NotJson;
        using (payloadDocument)
        {
            var refusal = TokenClaims.Check(payloadDocument.RootElement, options, time.GetUtcNow());
            return refusal != TokenRefusal.None
                ? refusal
                : TokenClaims.Read(payloadDocument.RootElement, out identity);
        }
    }

    static bool TrySplit(
        ReadOnlySpan<char> token, out ReadOnlySpan<char> header, out ReadOnlySpan<char> payload,
        out ReadOnlySpan<char> signature)
    {
        header = payload = signature = default;
        Span<Range> parts = stackalloc Range[4];
        if (token.Split(parts, '.') != 3)
            return false;
        header = token[parts[0]];
        payload = token[parts[1]];
        signature = token[parts[2]];
        return true;
    }

    /// <summary>Parses a JSON object, and reads every text in it once: the parser itself leaves broken ones for later.</summary>
    static bool TryParse(byte[] json, [NotNullWhen(true)] out JsonDocument? document)
    {
        document = null;
        try
        {
            document = JsonDocument.Parse(json, Strict);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                ReadTexts(document.RootElement);
                return true;
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Refused below. The second kind is a text that is no UTF-8, or half of a surrogate pair.
        }

        document?.Dispose();
        document = null;
        return false;
    }

    static void ReadTexts(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                _ = element.GetString();
                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                    ReadTexts(item);
                break;
            case JsonValueKind.Object:
                foreach (var member in element.EnumerateObject())
                {
                    _ = member.Name;
                    ReadTexts(member.Value);
                }

                break;
        }
    }
}
