using System.Text;

namespace Tenancy.Transport;

/// <summary>The encoding of <c>grpc-message</c>: percent signs over UTF-8. What is malformed stays as it stands, as the specification asks.</summary>
internal static class PercentEncoding
{
    public static string Decode(string value)
    {
        if (!value.Contains('%', StringComparison.Ordinal) && Ascii.IsValid(value))
            return value;

        // Headers are read as Latin-1: one character is one byte.
        var raw = Encoding.Latin1.GetBytes(value);
        var decoded = new byte[raw.Length];
        var length = 0;
        for (var at = 0; at < raw.Length; at++)
        {
            if (raw[at] == '%' && at + 2 < raw.Length && char.IsAsciiHexDigit((char)raw[at + 1]) && char.IsAsciiHexDigit((char)raw[at + 2]))
            {
                decoded[length++] = (byte)(Digit(raw[at + 1]) << 4 | Digit(raw[at + 2]));
                at += 2;
            }
            else
            {
                decoded[length++] = raw[at];
            }
        }

        return Encoding.UTF8.GetString(decoded, 0, length);
    }

    static int Digit(byte digit) => digit switch
    {
        <= (byte)'9' => digit - '0',
        _ => (digit | 0x20) - 'a' + 10,
    };
}
