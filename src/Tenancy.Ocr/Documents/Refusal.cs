namespace Tenancy;

/// <summary>Words the refusals that need no server.</summary>
internal static class Refusal
{
    public static OcrException Wrong(string reason, string message) =>
        new(GrpcStatusCode.InvalidArgument, message) { Reason = reason };

    public static OcrException TooLarge(string reason, string message) =>
        new(GrpcStatusCode.OutOfRange, message) { Reason = reason };

    public static OcrException Unsupported(string reason, string message) =>
        new(GrpcStatusCode.FailedPrecondition, message) { Reason = reason };

    public static OcrException Busy(string reason, string message, TimeSpan? after = null) =>
        new(GrpcStatusCode.ResourceExhausted, message) { Reason = reason, IsRetryable = true, RetryAfter = after };
}
