using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Inbox.Authentication;

namespace Inbox.Commands;

/// <summary>
/// <c>token --sub NAME [--org SLUG]… [--role ROLE]… [--lifetime 1h]</c>: prints a token for development, signed with
/// the key that <c>keys</c> made.
/// </summary>
static class TokenCommand
{
    static readonly TimeSpan DefaultLifetime = TimeSpan.FromHours(1);

    public static async Task RunAsync(CommandOptions options)
    {
        var subject = options.Require("--sub");
        var organizations = options.TakeAll("--org");
        var roles = options.TakeAll("--role");
        var lifetime = options.TakeTime("--lifetime") ?? DefaultLifetime;
        options.RefuseOthers();

        var jwt = Command.CreateBuilder([]).Configuration.GetSection(JwtOptions.Section);
        using var key = await ReadKeyAsync(jwt["SigningKeyPath"]);
        var claims = DevelopmentTokens.Claims(jwt["Issuer"] ?? "", jwt["Audience"] ?? "", subject, DateTimeOffset.UtcNow, lifetime);
        if (organizations is [var only])
            claims["org"] = only;
        else if (organizations.Count > 1)
            claims["org"] = new JsonArray([.. organizations.Select(text => (JsonNode)text)]);
        if (roles.Count > 0)
            claims["roles"] = new JsonArray([.. roles.Select(text => (JsonNode)text)]);
        Console.WriteLine(DevelopmentTokens.Sign(key, claims));
    }

    static async Task<ECDsa> ReadKeyAsync(string? path)
    {
        if (string.IsNullOrWhiteSpace(path) || !File.Exists(path))
        {
            throw new CommandException(
                $"Jwt:SigningKeyPath is '{path}', and no file is there. Run 'keys --out DIR' and name the key it makes.");
        }

        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(await File.ReadAllTextAsync(path));
            return key;
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            key.Dispose();
            throw new CommandException($"'{path}' holds no private EC key in PEM. Make one with 'keys --out DIR'.");
        }
    }
}
