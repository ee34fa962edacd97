using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Tenancy;

/// <summary>The servers of a pool: as configured, or all the addresses that DNS has for their names, looked up again and again.</summary>
internal sealed class AddressBook(
    string pool, IReadOnlyList<Uri> servers, OcrPoolOptions options, TimeProvider time, ILogger logger,
    Func<string, CancellationToken, Task<IPAddress[]>>? lookUp = null)
{
    readonly Func<string, CancellationToken, Task<IPAddress[]>> _lookUp = lookUp ?? Dns.GetHostAddressesAsync;
    readonly Dictionary<Uri, EndpointAddress[]> _known = [];

    public bool Resolves => options.ResolveNames;

    /// <summary>What to use until names are looked up.</summary>
    public IEnumerable<EndpointAddress> Configured => servers.Select(static uri => new EndpointAddress(uri));

    /// <summary>Looks all names up. One that cannot be keeps its last addresses.</summary>
    public async Task<IReadOnlyList<EndpointAddress>> ResolveAsync(CancellationToken cancellationToken)
    {
        foreach (var uri in servers)
        {
            try
            {
                var addresses = await _lookUp(uri.IdnHost, cancellationToken).ConfigureAwait(false);
                if (addresses.Length > 0)
                    _known[uri] = [.. addresses.Distinct().Select(address => new EndpointAddress(uri, new IPEndPoint(address, uri.Port)))];
            }
            catch (SocketException e)
            {
                OcrLog.NotResolved(logger, e, uri.Host, pool);
            }
        }

        return [.. servers.SelectMany(uri => _known.TryGetValue(uri, out var known) ? known : [new EndpointAddress(uri)])];
    }

    /// <summary>Waits until names are due to be looked up, or somebody asks for it; never more often than once a second.</summary>
    public async Task WaitAsync(Task asked, CancellationToken cancellationToken)
    {
        await Task.Delay(OcrPoolOptions.LeastResolveInterval, time, cancellationToken).ConfigureAwait(false);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(asked, Task.Delay(options.ResolveInterval - OcrPoolOptions.LeastResolveInterval, time, enough.Token)).ConfigureAwait(false);
        await enough.CancelAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
    }
}
