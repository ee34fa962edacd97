namespace Tenancy;

/// <summary>A document could not be read. The only exception of this package beside those for wrong arguments and cancellation.</summary>
public sealed class OcrException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="status">How it failed.</param>
    /// <param name="message">What happened, and what to do.</param>
    /// <param name="innerException">What caused it.</param>
    public OcrException(GrpcStatusCode status, string message, Exception? innerException = null)
        : base(message, innerException) => Status = status;

    /// <inheritdoc/>
    public OcrException() : this(GrpcStatusCode.Unknown, "The document could not be read.") { }

    /// <inheritdoc/>
    public OcrException(string message) : this(GrpcStatusCode.Unknown, message) { }

    /// <inheritdoc/>
    public OcrException(string message, Exception innerException) : this(GrpcStatusCode.Unknown, message, innerException) { }

    /// <summary>How it failed; refusals of this client use the same codes as those of a server.</summary>
    public GrpcStatusCode Status { get; }

    /// <summary>Why, for code to compare: such as <c>ENCRYPTED_PDF</c>. None where nobody gave a reason.</summary>
    public string? Reason { get; init; }

    /// <summary>The server of the last attempt; none where no server was asked.</summary>
    public string? Server { get; init; }

    /// <summary>What that server's own log calls the request; none where it does not tell.</summary>
    public string? ServerRequestId { get; init; }

    /// <summary>How many servers were asked.</summary>
    public int Attempts { get; init; }

    /// <summary>The page that failed, from 1; none where it is the document.</summary>
    public int? Page { get; init; }

    /// <summary>Whether the same document may succeed later, without a change to it.</summary>
    public bool IsRetryable { get; init; }

    /// <summary>When to try again at the earliest; none where nobody knows.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
