namespace Tenancy;

/// <summary>Names of what is counted. An application may count anything under a name of its own.</summary>
public static class LimitMeters
{
    /// <summary>Requests: the limits are <see cref="Tier.Requests"/>.</summary>
    public const string Requests = "requests";

    /// <summary>Pages, such as those a document is read from.</summary>
    public const string Pages = "pages";

    /// <summary>Bytes of content.</summary>
    public const string Bytes = "bytes";
}
