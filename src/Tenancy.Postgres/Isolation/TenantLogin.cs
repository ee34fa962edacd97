using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Tenancy;

/// <summary>The password of a tenant's own login: derived, never stored.</summary>
internal sealed class TenantLogin
{
    /// <summary>The fewest bytes of a deployment key: as many as HMAC-SHA-256 puts out (RFC 2104, section 3).</summary>
    public const int MinKeyBytes = 32;

    /// <summary>Raised when passwords are to change without a new key.</summary>
    const int KeyVersion = 1;

    readonly byte[] _key;

    public TenantLogin(string deploymentKey) => _key = Convert.FromBase64String(deploymentKey);

    public string PasswordOf(string role) =>
        Base64Url.EncodeToString(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{role}:{KeyVersion}")));
}
