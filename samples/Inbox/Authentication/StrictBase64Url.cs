using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;

namespace Inbox.Authentication;

/// <summary>
/// base64url as RFC 7515 means it: one text for each value. The framework's decoder also takes padding and white space,
/// so that one signature would have many spellings.
/// </summary>
static class StrictBase64Url
{
    public static bool TryDecode(ReadOnlySpan<char> text, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        try
        {
            var decoded = Base64Url.DecodeFromChars(text);
            if (decoded.Length == 0 || !text.SequenceEqual(Base64Url.EncodeToString(decoded)))
                return false;
            bytes = decoded;
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
