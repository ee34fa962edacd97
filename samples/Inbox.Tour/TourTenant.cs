namespace Inbox.Tour;

/// <summary>A tenant of the tour, with one user.</summary>
sealed record TourTenant(string Slug, string Name, string Tier, string Isolation, string User)
{
    public static readonly TourTenant Acme = new("acme", "Acme Anvils", "starter", "row", "alice");
    public static readonly TourTenant Globex = new("globex", "Globex", "professional", "schema", "gustav");
    public static readonly TourTenant Initech = new("initech", "Initech", "enterprise", "database", "irene");

    public static readonly IReadOnlyList<TourTenant> All = [Acme, Globex, Initech];

    /// <summary>Its id, once it was created.</summary>
    public string Id { get; set; } = "";

    /// <summary>The ids of its documents by title, once they were added.</summary>
    public Dictionary<string, string> Documents { get; } = [];

    /// <summary>Stands in every text of this tenant and in no other's.</summary>
    public string Mark => $"[copy of {Slug}]";

    public string Path => $"/v1/organizations/{Slug}/documents";

    public bool OwnsExactly(IEnumerable<string> ids) => Documents.Values.ToHashSet().SetEquals(ids);

    /// <summary>Whether anything of another tenant stands in a text.</summary>
    public bool SeesForeign(string text) => All.Any(other => other != this &&
        (text.Contains(other.Mark, StringComparison.Ordinal) ||
         other.Documents.Values.Any(id => text.Contains(id, StringComparison.OrdinalIgnoreCase))));
}
