using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Tenancy;

/// <summary>
/// A SCRAM-SHA-256 verifier (RFC 5803, RFC 7677) as PostgreSQL stores it, so that CREATE ROLE carries no password that
/// the server's log could show.
/// </summary>
internal static class ScramVerifier
{
    /// <summary>PostgreSQL's own default, and the least that RFC 7677 asks for.</summary>
    const int Iterations = 4096;

    const int SaltBytes = 16;

    public static string Create(string password) => Create(password, RandomNumberGenerator.GetBytes(SaltBytes));

    /// <summary>Whether a verifier that we made is that of a password.</summary>
    public static bool Matches(string? verifier, string password)
    {
        var parts = verifier?.Split('$', ':');
        var salt = new byte[SaltBytes];
        return parts is ["SCRAM-SHA-256", _, { } encoded, ..] && Convert.TryFromBase64String(encoded, salt, out var written)
            && written == SaltBytes && string.Equals(Create(password, salt), verifier, StringComparison.Ordinal);
    }

    internal static string Create(string password, byte[] salt)
    {
        // Passwords are ours and ASCII, for which SASLprep (RFC 4013) changes nothing.
        if (!Ascii.IsValid(password))
            throw new ArgumentException("A login's password must be ASCII.", nameof(password));
        var salted = Rfc2898DeriveBytes.Pbkdf2(password, salt, Iterations, HashAlgorithmName.SHA256, SHA256.HashSizeInBytes);
        var stored = SHA256.HashData(HMACSHA256.HashData(salted, "Client Key"u8));
        var server = HMACSHA256.HashData(salted, "Server Key"u8);
        return string.Create(CultureInfo.InvariantCulture,
            $"SCRAM-SHA-256${Iterations}:{Convert.ToBase64String(salt)}${Convert.ToBase64String(stored)}:{Convert.ToBase64String(server)}");
    }
}
