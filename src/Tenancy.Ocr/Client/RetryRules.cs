using System.Globalization;
using Tenancy.Ocr.Rpc;
using Tenancy.Transport;

namespace Tenancy;

/// <summary>What a failed attempt means: for its server, and for the next attempt.</summary>
/// <param name="Outcome">What it says of the server.</param>
/// <param name="Repeat">Whether another server may be asked.</param>
/// <param name="After">When at the earliest, where the server said so.</param>
internal readonly record struct RetryRules(CallOutcome Outcome, bool Repeat, TimeSpan? After = null)
{
    const string Pushback = "grpc-retry-pushback-ms";

    public static RetryRules For(GrpcException error) => error.Failure switch
    {
        GrpcFailure.NotSent when error.Code == GrpcStatusCode.Unavailable => new(CallOutcome.Unreachable, true),
        // Too large to be sent: no server was asked.
        GrpcFailure.NotSent => new(CallOutcome.Unused, false),
        GrpcFailure.Security => new(CallOutcome.Unreachable, false),
        GrpcFailure.Deadline => new(CallOutcome.Late, true),
        // To read a page twice changes nothing but the bill; pages that came are not asked for again.
        GrpcFailure.Broken => new(CallOutcome.Failed, true),
        GrpcFailure.Malformed => new(CallOutcome.Failed, error.Code != GrpcStatusCode.ResourceExhausted),
        // After 502 and 504 a server behind the proxy may still be at work; 503 says that there was none.
        GrpcFailure.NotGrpc => new(CallOutcome.Failed, error.HttpStatus == 503),
        _ => ForStatus(error),
    };

    static RetryRules ForStatus(GrpcException error)
    {
        var (stop, after) = Wait(error.Trailers);
        return error.Code switch
        {
            GrpcStatusCode.Unavailable => new(CallOutcome.Failed, !stop, after),
            // Says nothing against the server: it may be this document.
            GrpcStatusCode.Internal => new(CallOutcome.Rejected, !stop, after),
            GrpcStatusCode.ResourceExhausted => new(CallOutcome.Rejected, !stop && after is not null, after),
            // It found the caller's time over, in its queue perhaps.
            GrpcStatusCode.DeadlineExceeded => new(CallOutcome.Abandoned, false),
            _ => new(CallOutcome.Rejected, false),
        };
    }

    /// <summary>What the server says about repeating: proposal A6, and <c>google.rpc.RetryInfo</c>.</summary>
    static (bool Stop, TimeSpan? After) Wait(GrpcMetadata trailers)
    {
        if (trailers.Text(Pushback) is { } text)
        {
            return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var milliseconds) && milliseconds >= 0
                ? (false, TimeSpan.FromMilliseconds(milliseconds))
                : (true, null);
        }

        return (false, ErrorDetails.Find(trailers, RetryInfo.Parser, RetryInfo.Descriptor.FullName)?.RetryDelay is { Seconds: >= 0 and < 1_000_000 } delay
            ? delay.ToTimeSpan()
            : null);
    }
}
