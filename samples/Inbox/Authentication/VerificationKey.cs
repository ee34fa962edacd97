using System.Security.Cryptography;

namespace Inbox.Authentication;

/// <summary>A public key, and the one algorithm that it verifies.</summary>
sealed class VerificationKey : IDisposable
{
    public const string Es256 = "ES256";
    public const string Rs256 = "RS256";

    readonly AsymmetricAlgorithm _key;

    public VerificationKey(ECDsa key) => (_key, Algorithm) = (key, Es256);

    public VerificationKey(RSA key) => (_key, Algorithm) = (key, Rs256);

    /// <summary>The <c>alg</c> a token must name to be verified with this key.</summary>
    public string Algorithm { get; }

    public bool Verify(ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature) => _key switch
    {
        // r and s of 32 bytes each (RFC 7518 §3.4); the framework takes no other length, and no DER.
        ECDsa ec => ec.VerifyData(
            signed, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation),
        RSA rsa => rsa.VerifyData(signed, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
        _ => false,
    };

    public void Dispose() => _key.Dispose();
}
