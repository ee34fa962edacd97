using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Tenancy.AspNetCore.Tests;

/// <summary>Takes the caller from headers: claims as <c>type=value;type=value</c>, percent-encoded.</summary>
sealed class HeaderAuthenticationHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string Claims = "X-Claims";
    public const string MoreClaims = "X-More-Claims";
    public const string UnauthenticatedClaims = "X-Unauthenticated-Claims";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var principal = new ClaimsPrincipal();
        Add(Claims, Scheme.Name);
        Add(MoreClaims, Scheme.Name);
        Add(UnauthenticatedClaims, null);
        return Task.FromResult(principal.Identities.Any()
            ? AuthenticateResult.Success(new AuthenticationTicket(principal, Scheme.Name))
            : AuthenticateResult.NoResult());

        void Add(string header, string? authenticationType)
        {
            if (!Request.Headers.TryGetValue(header, out var text))
                return;
            var claims = text.ToString().Split(';', StringSplitOptions.RemoveEmptyEntries)
                .Select(pair => pair.Split('=', 2))
                .Select(pair => new Claim(pair[0], Uri.UnescapeDataString(pair[1])));
            principal.AddIdentity(new ClaimsIdentity(claims, authenticationType));
        }
    }
}
