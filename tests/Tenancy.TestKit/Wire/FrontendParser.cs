using System.Buffers.Binary;
using System.Text;

namespace Tenancy.TestKit;

/// <summary>Cuts what a client sends into messages, and knows which statement each name stands for.</summary>
sealed class FrontendParser(int session, Action<FrontendMessage> found)
{
    const int ProtocolVersion3 = 3;

    readonly Dictionary<string, string> _statements = new(StringComparer.Ordinal);
    readonly Dictionary<string, string> _portals = new(StringComparer.Ordinal);
    readonly Lock _turns = new();
    byte[] _pending = [];
    string? _user;
    bool _serverSpoke = true;
    int _trip;

    public void Server(ReadOnlyMemory<byte> chunk)
    {
        lock (_turns)
            _serverSpoke = true;
    }

    public void Client(ReadOnlyMemory<byte> chunk)
    {
        lock (_turns)
        {
            if (_serverSpoke)
                _trip++;
            _serverSpoke = false;
        }

        _pending = [.. _pending, .. chunk.Span];
        var rest = _pending.AsSpan();
        while (Take(ref rest))
        {
        }

        _pending = rest.ToArray();
    }

    bool Take(ref Span<byte> rest)
    {
        // Until the login is named, messages bear no type: requests for encryption, to cancel, or the start.
        var header = _user is null ? 0 : 1;
        if (rest.Length < header + 4)
            return false;
        var length = BinaryPrimitives.ReadInt32BigEndian(rest[header..]);
        if (rest.Length < header + length)
            return false;
        var body = rest[(header + 4)..(header + length)];
        if (_user is null)
            Start(body);
        else
            Message((char)rest[0], body);
        rest = rest[(header + length)..];
        return true;
    }

    void Start(Span<byte> body)
    {
        if (BinaryPrimitives.ReadInt16BigEndian(body) != ProtocolVersion3)
            return;
        var parts = Encoding.UTF8.GetString(body[4..]).Split('\0');
        _user = parts[Array.IndexOf(parts, "user") + 1];
    }

    void Message(char type, Span<byte> body)
    {
        var (first, second) = Texts(body);
        var sql = type switch
        {
            'P' => _statements[first] = second,
            'B' => _portals[first] = _statements.GetValueOrDefault(second, "?"),
            'E' => _portals.GetValueOrDefault(first, "?"),
            'Q' => first,
            _ => "",
        };
        found(new FrontendMessage(session, _user!, type, sql, _trip));
    }

    static (string First, string Second) Texts(Span<byte> body)
    {
        var parts = Encoding.UTF8.GetString(body).Split('\0');
        return (parts[0], parts.Length > 1 ? parts[1] : "");
    }
}
