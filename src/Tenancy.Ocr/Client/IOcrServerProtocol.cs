using Tenancy.Transport;

namespace Tenancy;

/// <summary>What a server speaks: how pages are asked for, and how its health is followed.</summary>
internal interface IOcrServerProtocol
{
    /// <summary>Whether a server stops when a call is cancelled.</summary>
    bool ServersCancel { get; }

    /// <summary>Asks one server for the pages that are still missing, once, and hands them over as they come.</summary>
    /// <exception cref="GrpcException">The call failed.</exception>
    /// <exception cref="OcrException">The server refused the document.</exception>
    IAsyncEnumerable<OcrPage> ReadAsync(OcrEndpoint endpoint, OcrJob job, GrpcCallOptions options, CancellationToken cancellationToken);

    /// <summary>Asks a server what it reads with; nothing where its protocol has no word for that.</summary>
    /// <exception cref="GrpcException">It does not tell.</exception>
    Task<IReadOnlyList<OcrModel>> DescribeAsync(IGrpcChannel channel, CancellationToken cancellationToken);

    /// <summary>Follows the health of a server; ends or throws when that ends.</summary>
    IAsyncEnumerable<bool> WatchHealthAsync(IGrpcChannel channel, TimeProvider time, CancellationToken cancellationToken);
}
