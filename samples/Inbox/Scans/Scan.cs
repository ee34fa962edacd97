using System.Text.Json;
using System.Text.Json.Serialization;

namespace Inbox.Scans;

/// <summary>How far a scan is.</summary>
/// <param name="Id">The id of the document that its text goes into.</param>
/// <param name="MediaType">What the file is.</param>
/// <param name="Pages">How many pages it has; null until somebody has counted them.</param>
/// <param name="PagesDone">How many of them are stored.</param>
/// <param name="Outcome">done or failed; null while there is work left.</param>
/// <param name="Error">What went wrong, where it failed.</param>
/// <param name="Created">When it was taken in.</param>
/// <param name="Finished">When it was done, or given up.</param>
sealed record Scan(
    Guid Id, string MediaType, int? Pages, int PagesDone, [property: JsonIgnore] string? Outcome, string? Error, DateTime Created, DateTime? Finished)
{
    public const string Done = "done";
    public const string Failed = "failed";

    /// <summary>queued, reading, done or failed.</summary>
    public string Status => Outcome ?? (PagesDone == 0 ? "queued" : "reading");
}

/// <summary>A file to be read, as it was taken in.</summary>
/// <param name="Id">The id that the document gets.</param>
/// <param name="Title">The document's title.</param>
/// <param name="MediaType">What the file is.</param>
/// <param name="Pages">How many pages it has, where that is known.</param>
/// <param name="Held">How many of them were counted against the quota.</param>
/// <param name="Content">The file.</param>
sealed record NewScan(Guid Id, string Title, string MediaType, int? Pages, int Held, ReadOnlyMemory<byte> Content);

/// <summary>What a worker needs to read on.</summary>
/// <param name="MediaType">What the file is.</param>
/// <param name="Pages">How many pages it has, where that is known.</param>
/// <param name="Held">How many of them were counted against the quota.</param>
/// <param name="Content">The file.</param>
/// <param name="Stored">The numbers of the pages that are there already.</param>
sealed record ScanWork(string MediaType, int? Pages, int Held, byte[] Content, IReadOnlySet<int> Stored);

/// <summary>What the end of a scan says of its costs.</summary>
/// <param name="Held">How many pages were counted when it was taken in.</param>
/// <param name="Read">How many were read.</param>
sealed record ScanCost(int Held, int Read);

/// <summary>A page as it was read.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Width">In pixels, as read.</param>
/// <param name="Height">In pixels, as read.</param>
/// <param name="Engine">What read it.</param>
/// <param name="Text">Its lines' text.</param>
/// <param name="Lines">Its lines, with where they are.</param>
sealed record ScanPage(int Number, int Width, int Height, string? Engine, string Text, IReadOnlyList<ScanLine> Lines);

/// <summary>A line: its text, how sure the engine is (0 to 1), and the corners of its polygon as x, y, x, y ….</summary>
sealed record ScanLine(string Text, float Confidence, int[] Polygon)
{
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
}

/// <summary>A page of pages, by number, and the cursor of the next one where there is one.</summary>
sealed record ScanPages(string Status, IReadOnlyList<ScanPage> Pages, string? Next);
