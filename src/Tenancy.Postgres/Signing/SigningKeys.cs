using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Tenancy;

/// <summary>The keys that tokens are signed with: derived for each database, so that one that leaks opens no other.</summary>
internal sealed class SigningKeys(PostgresOptions options)
{
    const string Purpose = "tenancy signing key";

    /// <summary>The key that this process signs with.</summary>
    public int CurrentId => options.SigningKeyId;

    /// <summary>HMAC-SHA-256 (RFC 2104), under the secret of that id, of what the key is for.</summary>
    /// <exception cref="InvalidOperationException">There is no secret for that id.</exception>
    public byte[] Derive(int id, string server, string database) => HMACSHA256.HashData(
        Convert.FromBase64String(SecretOf(id)),
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Purpose}\n{id}\n{server}\n{database}")));

    string SecretOf(int id) => options.SigningKeys.TryGetValue(id, out var own) ? own : options.DeploymentKey
        ?? throw new InvalidOperationException(
            $"Level Signed needs a secret. Set {options.Path}:DeploymentKey, or {options.Path}:SigningKeys:{id.ToString(CultureInfo.InvariantCulture)}; the same in all processes.");
}
