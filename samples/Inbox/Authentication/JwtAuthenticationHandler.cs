using System.Security.Claims;
using System.Text.Encodings.Web;
using Inbox.Problems;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Inbox.Authentication;

/// <summary>Takes <c>Authorization: Bearer</c> tokens. Why one was refused stands in the log, without the token.</summary>
sealed partial class JwtAuthenticationHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder,
    TokenValidator validator)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "Bearer";

    const string Prefix = "Bearer ";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(Authenticate());

    AuthenticateResult Authenticate()
    {
        var headers = Request.Headers.Authorization;
        if (headers.Count == 0)
            return AuthenticateResult.NoResult();
        // Two headers: a proxy and this API may not agree on which one counts.
        if (headers.Count > 1)
            return Refuse("several Authorization headers");

        var header = headers[0]!;
        if (!header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            return AuthenticateResult.NoResult();
        var refusal = validator.Validate(header[Prefix.Length..], out var identity);
        return refusal == TokenRefusal.None
            ? AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity!), Scheme.Name))
            : Refuse(refusal.ToString());
    }

    AuthenticateResult Refuse(string reason)
    {
        LogRefused(Logger, reason, Context.TraceIdentifier);
        return AuthenticateResult.Fail("The token was refused.");
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var refused = (await HandleAuthenticateOnceSafeAsync()).Failure is not null;
        // RFC 6750 §3.1: a request without a token gets no error code.
        Response.Headers[HeaderNames.WWWAuthenticate] = refused ? "Bearer error=\"invalid_token\"" : "Bearer";
        await Problem.WriteAsync(Context, StatusCodes.Status401Unauthorized, refused
            ? "The token was refused. Get a new one from the issuer this API trusts."
            : "Send a token: 'Authorization: Bearer …'.");
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        Problem.WriteAsync(Context, StatusCodes.Status403Forbidden, "The token does not carry the role this needs.");

    [LoggerMessage(LogLevel.Information, "A token was refused: {Reason}. Request {Request}.")]
    static partial void LogRefused(ILogger logger, string reason, string request);
}
