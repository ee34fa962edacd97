using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Npgsql;
using NpgsqlTypes;

namespace Tenancy;

/// <summary>Signs the scopes that are sent to one database.</summary>
/// <remarks>
/// Signed, by HMAC-SHA-256 (RFC 2104), are the tenant's id and the second since 1970 until which the token holds, as text of
/// one length with a dot before each, and the backend's process id in network order, so that no two tokens read the same.
/// </remarks>
internal sealed class ScopeSigner(Func<byte[]> derive, int keyId, TimeProvider time)
{
    /// <summary>Derived when first used: pools are described before options are validated.</summary>
    readonly Lazy<byte[]> _key = new(derive);

    /// <summary>The characters of a signature, and those it is of.</summary>
    const int Digits = 2 * HMACSHA256.HashSizeInBytes, Signed = 1 + 36 + 1 + 10;

    /// <summary>How long the server takes a token for. It takes none that would hold for twice as long.</summary>
    static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(30);

    /// <summary>The rest is for clocks that differ, and for waiting in a queue.</summary>
    static readonly TimeSpan UsedFor = TimeSpan.FromSeconds(10);

    /// <summary>Which key it signs with.</summary>
    public int KeyId { get; } = keyId;

    /// <summary>Whether tokens hold on one backend only. Behind a pooler nobody here knows which one it will be.</summary>
    public bool IsBound { get; init; } = true;

    /// <summary>The function of the database that takes the tokens.</summary>
    public string EnterFunction => IsBound ? "enter_signed" : "enter_pooled";

    /// <summary>The time, UTC, by the clock that tokens are made by.</summary>
    public DateTime Now => time.GetUtcNow().UtcDateTime;

    /// <summary>Adds the token as the parameter of a statement that enters: the one that was used here before, while it is new enough.</summary>
    public void AddTo(NpgsqlParameterCollection parameters, TenantId tenant, Session session)
    {
        var now = Now;
        var tokens = session.Tokens ??= new ScopeTokens();
        if (!tokens.TryFind(tenant, out var token) || !IsNewEnough(token, now))
            tokens.Keep(token = Sign(tenant, now, IsBound ? session.Connection.ProcessID : 0));
        parameters.Add(new NpgsqlParameter<string> { TypedValue = token.Text, NpgsqlDbType = NpgsqlDbType.Text });
    }

    /// <summary>Whether a token may still be sent. One from the future was made before a clock was set right.</summary>
    static bool IsNewEnough(ScopeToken token, DateTime now) => now - token.Issued is var age && age >= TimeSpan.Zero && age <= UsedFor;

    /// <summary>Makes a token.</summary>
    /// <param name="tenant">Who may enter.</param>
    /// <param name="now">The time, UTC.</param>
    /// <param name="backend">The process id of the backend it holds on; 0 for any.</param>
    public ScopeToken Sign(TenantId tenant, DateTime now, int backend)
    {
        Span<char> text = stackalloc char[Digits + Signed];
        var signs = text[Digits..];
        (signs[0], signs[37]) = ('.', '.');
        tenant.Value.TryFormat(signs[1..], out _);
        var until = (now + Lifetime - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerSecond;
        until.TryFormat(signs[38..], out _, "D10", CultureInfo.InvariantCulture);

        Span<byte> signed = stackalloc byte[Signed + sizeof(int)];
        Encoding.ASCII.GetBytes(signs, signed);
        BinaryPrimitives.WriteInt32BigEndian(signed[Signed..], backend);
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key.Value, signed, mac);
        Convert.TryToHexStringLower(mac, text, out _);
        return new ScopeToken(tenant, now, new string(text));
    }
}
