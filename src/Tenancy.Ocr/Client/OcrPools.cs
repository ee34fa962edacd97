using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Tenancy.Transport;

namespace Tenancy;

/// <summary>All pools, and which of them reads a document.</summary>
internal sealed class OcrPools : IDisposable
{
    readonly OcrPool[] _pools;
    readonly TlsFiles _tls;

    public OcrPools(IOptions<OcrOptions> options, TimeProvider time, OcrMetrics metrics, ILogger<OcrPools> logger)
    {
        var value = options.Value;
        _tls = new TlsFiles(value.Tls, time, logger, Rotate);
        var pools = value.Pools.Select(static pool => (pool.Key, pool.Value));
        if (value.Servers.Count > 0)
        {
            var first = new OcrPoolOptions();
            foreach (var server in value.Servers)
                first.Servers.Add(server);
            pools = pools.Prepend((OcrOptions.DefaultPool, first));
        }

        _pools = [.. pools.Select(pool => new OcrPool(pool.Item1, pool.Item2, value.Queue, Connect, time, metrics, logger))];
        metrics.Observe([.. _pools.Select(static pool => pool.Servers)]);

        // Here another gRPC client would come in.
        IGrpcChannel Connect(EndpointAddress address) => new HttpGrpcChannel(new GrpcChannelOptions
        {
            Address = address.Uri,
            Pinned = address.Pinned,
            Tls = () => _tls.Current,
            Time = time,
        });
    }

    public IReadOnlyList<OcrPool> All => _pools;

    /// <summary>The pool for a request: by its name, or the one that reads most of its languages and was made for such writing.</summary>
    /// <exception cref="OcrException">No pool reads the first language.</exception>
    /// <exception cref="ArgumentException">There is no pool of that name.</exception>
    public OcrPool Choose(OcrRequestOptions request)
    {
        var chosen = request.Pool is { } name
            ? _pools.FirstOrDefault(pool => pool.Name == name)
                ?? throw new ArgumentException($"There is no pool '{name}'. There are: {string.Join(", ", _pools.Select(pool => pool.Name))}.", nameof(request))
            : _pools.Where(pool => request.Languages.Count == 0 || Reads(pool, request.Languages[0]))
                .OrderByDescending(pool => pool.Options.Handwriting == request.Handwriting)
                .ThenByDescending(pool => request.Languages.Count(language => Reads(pool, language)))
                // A pool for this language comes before one for all.
                .ThenByDescending(pool => request.Languages.Count > 0 && pool.Options.Languages.Count > 0)
                .FirstOrDefault()
                ?? throw Refusal.Unsupported(OcrReasons.LanguageUnsupported, $"No pool reads '{request.Languages[0]}'. Add one under Ocr:Pools, with the language's model.");
        chosen.Start();
        return chosen;
    }

    public void Dispose()
    {
        _tls.Dispose();
        foreach (var pool in _pools)
            pool.Dispose();
    }

    void Rotate()
    {
        foreach (var pool in _pools)
            pool.Rotate();
    }

    /// <summary>As basic filtering does it the other way round: <c>de-AT</c> is read by <c>de</c> (RFC 4647, 3.4, lookup).</summary>
    static bool Reads(OcrPool pool, string language) => pool.Options.Languages.Count == 0 || pool.Options.Languages.Any(known =>
        language.StartsWith(known, StringComparison.OrdinalIgnoreCase) && (language.Length == known.Length || language[known.Length] == '-'));
}
