using Microsoft.Extensions.Options;

namespace Inbox.Authentication;

/// <summary>Checks the options and the keys they lead to, and lists every mistake.</summary>
sealed class JwtOptionsValidator : IValidateOptions<JwtOptions>
{
    public ValidateOptionsResult Validate(string? name, JwtOptions options)
    {
        var result = new ValidateOptionsResultBuilder();
        if (string.IsNullOrWhiteSpace(options.Issuer))
            result.AddError("Jwt:Issuer is missing. Give the 'iss' of the tokens to take.");
        if (string.IsNullOrWhiteSpace(options.Audience))
            result.AddError("Jwt:Audience is missing. Give the 'aud' of the tokens to take.");
        if (options.ClockSkew < TimeSpan.Zero || options.ClockSkew > JwtOptions.MaxClockSkew)
            result.AddError($"Jwt:ClockSkew is '{options.ClockSkew}'. Give 00:00:00 to {JwtOptions.MaxClockSkew}.");
        if (string.IsNullOrWhiteSpace(options.JwksPath))
            result.AddError("Jwt:JwksPath is missing. Give the path of the issuer's key set; 'keys --out DIR' makes one.");
        else
            CheckKeys(options.JwksPath, result);
        return result.Build();
    }

    static void CheckKeys(string path, ValidateOptionsResultBuilder result)
    {
        var mistakes = new List<string>();
        JsonWebKeySet.Load(path, mistakes).Dispose();
        foreach (var mistake in mistakes)
            result.AddError($"Jwt:JwksPath is '{path}'. {mistake}");
    }
}
