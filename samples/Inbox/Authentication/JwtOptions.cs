namespace Inbox.Authentication;

/// <summary>Whose tokens the API takes.</summary>
sealed class JwtOptions
{
    /// <summary>Where in configuration these options stand.</summary>
    public const string Section = "Jwt";

    /// <summary>The longest <see cref="ClockSkew"/> there may be.</summary>
    public static readonly TimeSpan MaxClockSkew = TimeSpan.FromSeconds(30);

    /// <summary>The <c>iss</c> of every token, compared ordinally. Required.</summary>
    public string Issuer { get; set; } = "";

    /// <summary>What must stand in the <c>aud</c> of every token, compared ordinally. Required.</summary>
    public string Audience { get; set; } = "";

    /// <summary>The file with the issuer's public keys, a JSON Web Key Set. Required; read once, at start.</summary>
    public string JwksPath { get; set; } = "";

    /// <summary>By how much the issuer's clock may differ. Default: 30 seconds. Range: 0 to 30 seconds.</summary>
    public TimeSpan ClockSkew { get; set; } = MaxClockSkew;
}
