using System.Net;

namespace Tenancy;

/// <summary>Follows redirects as the framework's handlers do (RFC 9110, 15.4), for one that must see each of them.</summary>
internal static class Redirections
{
    /// <summary>Turns the framework's own following off, and says how many redirects it would have followed.</summary>
    public static int TakeOver(HttpMessageHandler? handler)
    {
        while (handler is DelegatingHandler outer)
            handler = outer.InnerHandler;
        try
        {
            switch (handler)
            {
                case SocketsHttpHandler { AllowAutoRedirect: true } sockets:
                    sockets.AllowAutoRedirect = false;
                    return sockets.MaxAutomaticRedirections;
                case HttpClientHandler { AllowAutoRedirect: true } client:
                    client.AllowAutoRedirect = false;
                    return client.MaxAutomaticRedirections;
                default:
                    return 0;
            }
        }
        catch (InvalidOperationException e)
        {
            throw new InvalidOperationException(
                "The handler below TenantPropagationHandler follows redirects, which would carry the tenant's name to " +
                "other origins, and was used before. Set AllowAutoRedirect = false on it, or give it to this client alone.", e);
        }
    }

    /// <summary>Turns the request into the one that the redirect asks for.</summary>
    public static bool TryFollow(HttpRequestMessage request, HttpResponseMessage response)
    {
        if (request.RequestUri is not { } from || response.Headers.Location is not { } location
            || (int)response.StatusCode is not (300 or 301 or 302 or 303 or 307 or 308))
            return false;
        var to = location.IsAbsoluteUri ? location : new Uri(from, location);
        if (TenantPropagationOptions.OriginOf(to) is null || from.Scheme == Uri.UriSchemeHttps && to.Scheme != Uri.UriSchemeHttps)
            return false;
        if (from.Fragment.Length > 0 && to.Fragment.Length == 0)
            to = new UriBuilder(to) { Fragment = from.Fragment }.Uri;
        request.RequestUri = to;
        request.Headers.Authorization = null;
        if (BecomesGet(response.StatusCode, request.Method))
        {
            request.Method = HttpMethod.Get;
            request.Content = null;
            if (request.Headers.TransferEncodingChunked == true)
                request.Headers.TransferEncodingChunked = false;
        }

        return true;
    }

    static bool BecomesGet(HttpStatusCode status, HttpMethod method) => (int)status switch
    {
        300 or 301 or 302 => method == HttpMethod.Post,
        303 => method != HttpMethod.Get && method != HttpMethod.Head,
        _ => false,
    };
}
