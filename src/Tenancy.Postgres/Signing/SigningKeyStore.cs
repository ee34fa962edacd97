using System.Globalization;
using System.Security.Cryptography;
using Npgsql;
using NpgsqlTypes;

namespace Tenancy;

/// <summary>The keys that one database knows.</summary>
internal static class SigningKeyStore
{
    /// <summary>The block of SHA-256, which HMAC pads its key to (RFC 2104, section 2).</summary>
    const int BlockBytes = 64;

    /// <summary>
    /// Installs a key, unless it is there. It goes by COPY, whose data no log of the server shows, whatever that logs of
    /// statements and their parameters.
    /// </summary>
    /// <exception cref="InvalidOperationException">The database has another key by that id.</exception>
    public static async Task InstallAsync(NpgsqlConnection owner, int id, byte[] key, CancellationToken cancellationToken)
    {
        var (inner, outer) = Pads(key);
        // Two that install at once: the second finds what the first has put there.
        var transaction = await owner.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using (transaction.ConfigureAwait(false))
        {
            using (var alone = new NpgsqlCommand("lock table tenancy.signing_keys in share row exclusive mode", owner))
                await alone.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            if (await FindAsync(owner, id, cancellationToken).ConfigureAwait(false) is { } known)
            {
                if (CryptographicOperations.FixedTimeEquals(known, inner))
                    return;
                throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture,
                    $"The database '{owner.Database}' has another signing key {id}: the secret was changed under its id. Raise SigningKeyId by one, and install again."));
            }

            var copy = await owner.BeginBinaryImportAsync(
                "copy tenancy.signing_keys (id, inner_pad, outer_pad) from stdin (format binary)", cancellationToken).ConfigureAwait(false);
            await using (copy.ConfigureAwait(false))
            {
                await copy.StartRowAsync(cancellationToken).ConfigureAwait(false);
                await copy.WriteAsync(id, NpgsqlDbType.Integer, cancellationToken).ConfigureAwait(false);
                foreach (var part in new[] { inner, outer })
                    await copy.WriteAsync(part, NpgsqlDbType.Bytea, cancellationToken).ConfigureAwait(false);
                await copy.CompleteAsync(cancellationToken).ConfigureAwait(false);
            }

            await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Removes a key: from now on its tokens are refused, and transactions that entered by it end with an error.</summary>
    public static async Task RetireAsync(NpgsqlConnection owner, int id, CancellationToken cancellationToken)
    {
        using var command = new NpgsqlCommand("delete from tenancy.signing_keys where id = $1", owner) { Parameters = { new() { Value = id } } };
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The ids of the keys there are.</summary>
    public static async Task<IReadOnlyList<int>> IdsAsync(NpgsqlConnection owner, CancellationToken cancellationToken)
    {
        using var command = new NpgsqlCommand("select coalesce(array_agg(id), '{}') from tenancy.signing_keys", owner);
        return (int[])(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }

    static async Task<byte[]?> FindAsync(NpgsqlConnection owner, int id, CancellationToken cancellationToken)
    {
        using var command = new NpgsqlCommand("select inner_pad from tenancy.signing_keys where id = $1", owner) { Parameters = { new() { Value = id } } };
        return (byte[]?)await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The key, padded with zeros and xored with RFC 2104's two constants. It is no longer than a block.</summary>
    internal static (byte[] Inner, byte[] Outer) Pads(byte[] key)
    {
        var (inner, outer) = (new byte[BlockBytes], new byte[BlockBytes]);
        for (var i = 0; i < BlockBytes; i++)
        {
            var part = i < key.Length ? key[i] : 0;
            (inner[i], outer[i]) = ((byte)(part ^ 0x36), (byte)(part ^ 0x5c));
        }

        return (inner, outer);
    }
}
