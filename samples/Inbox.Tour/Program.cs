using Inbox.Tour;
using Inbox.Tour.Chapters;

// The marks ✓ and ✗ are no ASCII, and a container's locale often is.
Console.OutputEncoding = System.Text.Encoding.UTF8;
var stage = new Stage(Console.Out, colours: !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("NO_COLOR") is null or "");
try
{
    using var tour = TourContext.FromEnvironment(stage);
    await Preparation.RunAsync(tour);
    await OwnDocuments.RunAsync(tour);
    await Pages.RunAsync(tour);
    await Searching.RunAsync(tour);
    await Revisions.RunAsync(tour);
    await Scans.RunAsync(tour);
    await OtherTenants.RunAsync(tour);
    await Description.RunAsync(tour);
    await ForgedTokens.RunAsync(tour);
    await InjectedSql.RunAsync(tour);
    await Administration.RunAsync(tour);
    await Suspension.RunAsync(tour);
    await Limits.RunAsync(tour);
    await Usage.RunAsync(tour);
}
catch (Exception e) when (e is TourException or HttpRequestException or TaskCanceledException)
{
    stage.Check($"the tour goes on to its end: {e.Message}", false);
}

return stage.Summarise() ? 0 : 1;
