using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;

namespace Inbox.Authentication;

/// <summary>
/// base64url as RFC 7515 means it: one text for each value. The framework's decoder also takes padding, white space and
/// stray bits at the end, so that one signature would have many spellings.
/// </summary>
static class StrictBase64Url
{
    static readonly SearchValues<char> Alphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    public static bool TryDecode(ReadOnlySpan<char> text, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        if (text.IsEmpty || text.Length % 4 == 1 || text.ContainsAnyExcept(Alphabet))
            return false;
        try
        {
            var decoded = Base64Url.DecodeFromChars(text);
            if (!text.SequenceEqual(Base64Url.EncodeToString(decoded)))
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
