using System.Globalization;

namespace Inbox.Tour.Chapters;

/// <summary>A tenant that asks for more than its tier allows, and a neighbour meanwhile.</summary>
static class Limits
{
    /// <summary>Far more than the 40 that a starter may ask at once.</summary>
    const int Rush = 200;

    public static async Task RunAsync(TourContext tour)
    {
        tour.Stage.Step("A tenant that rushes is told when to come back, and its neighbours notice nothing");
        var (rushing, neighbour) = (TourTenant.Acme, TourTenant.Initech);
        var token = tour.TokenOf(rushing);
        var rush = Enumerable.Range(0, Rush)
            .Select(_ => tour.SendAsync(new Call(HttpMethod.Get, rushing.Path) { Token = token, TakesRefusal = true })).ToArray();
        var served = await tour.SendAsync(neighbour, HttpMethod.Get, neighbour.Path);
        var answers = await Task.WhenAll(rush);
        var refused = answers.Where(answer => answer.Status == 429).ToArray();
        tour.Stage.Say($"{Rush} requests of {rushing.Slug} ({rushing.Tier}) at once: {answers.Count(answer => answer.Status == 200)} served, {refused.Length} refused.");
        if (!tour.Stage.Check($"{rushing.Slug} is held to its tier, and nothing else went wrong",
            refused.Length > 0 && answers.All(answer => answer.Status is 200 or 429)))
            return;
        tour.Stage.Say($"RateLimit: {refused[^1].Header("RateLimit")}");
        tour.Stage.Check($"{neighbour.Slug} is served meanwhile", served.Status == 200 && neighbour.OwnsExactly(served.DocumentIds), served);
        var wait = int.Parse(refused[^1].Header("Retry-After")!, CultureInfo.InvariantCulture);
        await Task.Delay(TimeSpan.FromSeconds(wait));
        var back = await tour.ShowAsync(rushing, HttpMethod.Get, rushing.Path);
        tour.Stage.Check($"{rushing.Slug} is served again after the {wait} s that it was told", back.Status == 200, back);
    }
}
