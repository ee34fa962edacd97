using System.Buffers.Text;
using Inbox.Authentication;
using Microsoft.Net.Http.Headers;

namespace Inbox.Conditions;

/// <summary>
/// Strong entity tags from a row's revision, a random number that each write draws anew. It counts nothing, comes from
/// nothing of the row's or the server's, and is not drawn twice: what it tells is whether it is the same.
/// </summary>
static class EntityTag
{
    public static string Of(Guid revision) => $"\"{Base64Url.EncodeToString(revision.ToByteArray())}\"";

    /// <summary>The revision behind a tag, or none where the tag is not one of ours.</summary>
    public static Guid? Read(EntityTagHeaderValue tag) =>
        StrictBase64Url.TryDecode(tag.Tag.AsSpan().Trim('"'), out var bytes) && bytes.Length == 16 ? new Guid(bytes) : null;
}
