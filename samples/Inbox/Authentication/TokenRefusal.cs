namespace Inbox.Authentication;

/// <summary>Why a token was refused. For the log; the caller is told no more than that it was.</summary>
enum TokenRefusal
{
    None,
    TooLong,
    NotCompact,
    NotBase64Url,
    NotJson,
    HeaderParameter,
    Type,
    KeyId,
    Algorithm,
    Signature,
    Issuer,
    Audience,
    NoExpiry,
    Expired,
    NotYetValid,
    IssuedInFuture,
    Claim,
}
