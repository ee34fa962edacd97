namespace Tenancy;

/// <summary>Certificates, as PEM files. They are read again when they change; calls that run are not disturbed.</summary>
public sealed class OcrTlsOptions
{
    /// <summary>The default of <see cref="ReloadInterval"/>: 30 seconds.</summary>
    public static readonly TimeSpan DefaultReloadInterval = TimeSpan.FromSeconds(30);

    /// <summary>The client's certificate, with its intermediates after it. Default: none.</summary>
    public string? Certificate { get; set; }

    /// <summary>Its private key, not encrypted. Required with <see cref="Certificate"/>.</summary>
    public string? Key { get; set; }

    /// <summary>The roots that are trusted instead of the machine's. Default: none, the machine's.</summary>
    public string? Roots { get; set; }

    /// <summary>How often the files are looked at.</summary>
    /// <value>Default: 30 seconds. Range: 1 second to 1 day.</value>
    public TimeSpan ReloadInterval { get; set; } = DefaultReloadInterval;

    internal bool IsEmpty => Certificate is null && Roots is null;
}
