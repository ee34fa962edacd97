namespace Inbox.Paging;

/// <summary>How the cursors of lists are protected.</summary>
sealed class CursorOptions
{
    /// <summary>Where in configuration these options stand.</summary>
    public const string Section = "Cursors";

    /// <summary>How long <see cref="Key"/> must be, in bytes.</summary>
    public const int KeyBytes = 32;

    /// <summary>
    /// The key that signs cursors: at least 32 random bytes in Base64, the same in every process that serves. Required.
    /// A new key ends the listings under way: their cursors are refused, and the callers begin again.
    /// </summary>
    public string Key { get; set; } = "";

    /// <summary>The key's bytes, or none where it is not well formed.</summary>
    public byte[]? ReadKey()
    {
        var bytes = new byte[Key.Length];
        return Convert.TryFromBase64String(Key, bytes, out var length) && length >= KeyBytes ? bytes[..length] : null;
    }
}
