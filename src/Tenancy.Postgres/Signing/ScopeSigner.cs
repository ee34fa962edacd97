using System.Buffers.Binary;
using System.Security.Cryptography;
using Npgsql;
using NpgsqlTypes;

namespace Tenancy;

/// <summary>Signs the scopes that are sent to one database.</summary>
/// <remarks>
/// A token is HMAC-SHA-256 (RFC 2104) of the tenant's id, the time in microseconds since 2000, and the backend's process id,
/// in network order: 28 bytes as the server itself sends such values, so that no two tokens read the same.
/// </remarks>
internal sealed class ScopeSigner(Func<byte[]> derive, int keyId, TimeProvider time)
{
    /// <summary>Derived when first used: pools are described before options are validated.</summary>
    readonly Lazy<byte[]> _key = new(derive);

    /// <summary>The server takes 30 s. The rest is for clocks that differ, and for waiting in a queue.</summary>
    static readonly TimeSpan UsedFor = TimeSpan.FromSeconds(10);

    static readonly DateTime Epoch = new(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>Which key it signs with.</summary>
    public int KeyId { get; } = keyId;

    /// <summary>Whether tokens hold on one backend only. Behind a pooler nobody here knows which one it will be.</summary>
    public bool IsBound { get; init; } = true;

    /// <summary>The time, UTC, by the clock that tokens are made by.</summary>
    public DateTime Now => time.GetUtcNow().UtcDateTime;

    /// <summary>Adds the parameters behind the tenant's. The token is kept with the session while its tenant stays.</summary>
    public void AddTo(NpgsqlParameterCollection parameters, TenantId tenant, Session session)
    {
        var token = session.Token;
        if (token is null || token.Tenant != tenant || Now - token.Issued > UsedFor)
            session.Token = token = Sign(tenant, Now, IsBound ? session.Connection.ProcessID : 0);
        parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = token.Issued, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = token.Mac, NpgsqlDbType = NpgsqlDbType.Bytea });
    }

    /// <summary>Makes a token.</summary>
    /// <param name="tenant">Who may enter.</param>
    /// <param name="now">The time, UTC.</param>
    /// <param name="backend">The process id of the backend it holds on; 0 for any.</param>
    public ScopeToken Sign(TenantId tenant, DateTime now, int backend)
    {
        var microseconds = (now - Epoch).Ticks / TimeSpan.TicksPerMicrosecond;
        Span<byte> text = stackalloc byte[16 + 8 + 4];
        tenant.Value.TryWriteBytes(text, bigEndian: true, out _);
        BinaryPrimitives.WriteInt64BigEndian(text[16..], microseconds);
        BinaryPrimitives.WriteInt32BigEndian(text[24..], backend);
        return new ScopeToken(tenant, Epoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond), HMACSHA256.HashData(_key.Value, text));
    }
}
