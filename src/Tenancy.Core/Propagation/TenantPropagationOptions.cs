namespace Tenancy;

/// <summary>Where outgoing requests name the ambient tenant.</summary>
public sealed class TenantPropagationOptions
{
    /// <summary>The header where none is given.</summary>
    public const string DefaultHeader = "X-Tenant";

    /// <summary>The header that carries the tenant's slug. Default: <c>X-Tenant</c>.</summary>
    public string Header { get; init; } = DefaultHeader;

    /// <summary>
    /// The origins that may learn the tenant: scheme, host and port, such as <c>https://reports.internal:8443</c>. Default:
    /// none. Any other destination is sent nothing.
    /// </summary>
    public IList<string> Origins { get; init; } = [];

    /// <summary>The origins in one form, or one error that lists all mistakes.</summary>
    internal HashSet<string> Check()
    {
        var mistakes = new List<string>();
        var origins = new HashSet<string>(StringComparer.Ordinal);
        if (Header.Length == 0 || !Header.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            mistakes.Add(Mistake.At("TenantPropagation:Header", Header, "Give the name of a header, such as X-Tenant."));
        if (Origins.Count == 0)
            mistakes.Add(Mistake.At("TenantPropagation:Origins", null, "Name an origin, such as https://reports.internal."));
        foreach (var text in Origins)
        {
            if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && OriginOf(uri) is { } origin && uri.PathAndQuery == "/"
                && uri.UserInfo.Length == 0 && uri.Fragment.Length == 0)
                origins.Add(origin);
            else
                mistakes.Add(Mistake.At("TenantPropagation:Origins", text, "Give scheme, host and port only, such as https://reports.internal:8443."));
        }

        return mistakes.Count == 0 ? origins : throw new ArgumentException(string.Join(Environment.NewLine, mistakes));
    }

    internal static string? OriginOf(Uri uri) => uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp
        ? $"{uri.Scheme}://{uri.IdnHost.ToLowerInvariant()}:{uri.Port}"
        : null;
}
