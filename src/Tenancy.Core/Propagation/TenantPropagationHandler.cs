using System.Diagnostics.CodeAnalysis;

namespace Tenancy;

/// <summary>
/// Names the ambient tenant in outgoing requests, to the origins it was given and to no other: a header with the tenant's
/// slug. The receiver must not trust it alone; it selects, and the token proves.
/// </summary>
/// <remarks>
/// A header that the request has already is left alone. The handler follows redirects itself where the handler below it
/// would have, since that one would carry the header on to any origin: it turns <c>AllowAutoRedirect</c> off there.
/// Outside of a tenant's scope it adds nothing.
/// </remarks>
public sealed class TenantPropagationHandler : DelegatingHandler
{
    static readonly HttpRequestOptionsKey<bool> Ours = new("Tenancy.Propagated");

    readonly ITenantContext _tenants;
    readonly string _header;
    readonly HashSet<string> _origins;
    readonly Lazy<int> _redirections;

    /// <summary>Makes the handler.</summary>
    /// <param name="tenants">The ambient tenant.</param>
    /// <param name="options">The header, and the origins that may learn the tenant.</param>
    /// <exception cref="ArgumentException">An origin or the header is none; the message lists all mistakes.</exception>
    public TenantPropagationHandler(ITenantContext tenants, TenantPropagationOptions options)
    {
        ArgumentNullException.ThrowIfNull(tenants);
        ArgumentNullException.ThrowIfNull(options);
        _tenants = tenants;
        _header = options.Header;
        _origins = options.Check();
        _redirections = new(() => Redirections.TakeOver(InnerHandler));
    }

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        Address(request);
        var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        for (var left = _redirections.Value; left > 0 && Redirections.TryFollow(request, response); left--)
        {
            response.Dispose();
            Address(request);
            response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }

        return response;
    }

    /// <inheritdoc/>
    [SuppressMessage("Performance", "CA1849", Justification = "This is the synchronous path.")]
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        Address(request);
        var response = base.Send(request, cancellationToken);
        for (var left = _redirections.Value; left > 0 && Redirections.TryFollow(request, response); left--)
        {
            response.Dispose();
            Address(request);
            response = base.Send(request, cancellationToken);
        }

        return response;
    }

    /// <summary>Sets the header for where the request goes now, or takes back the one that was set for elsewhere.</summary>
    void Address(HttpRequestMessage request)
    {
        // Asked before anything is sent: once a handler has sent, its redirects cannot be turned off.
        _ = _redirections.Value;
        if (request.Options.TryGetValue(Ours, out var ours) && ours)
        {
            request.Headers.Remove(_header);
            request.Options.Set(Ours, false);
        }

        if (_tenants.Current is not { } tenant || request.Headers.Contains(_header)
            || request.RequestUri is not { IsAbsoluteUri: true } uri
            || TenantPropagationOptions.OriginOf(uri) is not { } origin || !_origins.Contains(origin))
            return;
        request.Headers.Add(_header, tenant.Slug.Value);
        request.Options.Set(Ours, true);
    }
}
