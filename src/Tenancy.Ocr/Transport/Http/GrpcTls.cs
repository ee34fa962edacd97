using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Tenancy.Transport;

/// <summary>Certificates of one moment.</summary>
/// <param name="Client">Who we are, with its chain. None: no client certificate.</param>
/// <param name="Roots">Whom we trust, instead of the machine's roots. None: the machine's.</param>
internal sealed record GrpcTls(SslStreamCertificateContext? Client, X509Certificate2Collection? Roots)
{
    public SslClientAuthenticationOptions ToOptions()
    {
        // No TargetHost: the handler takes the name from the address and ignores what is set here.
        var options = new SslClientAuthenticationOptions { ClientCertificateContext = Client };
        if (Roots is { Count: > 0 })
        {
            options.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                // Roots of one's own seldom publish revocation lists.
                RevocationMode = X509RevocationMode.NoCheck,
            };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(Roots);
        }

        return options;
    }
}
