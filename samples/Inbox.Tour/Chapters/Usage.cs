namespace Inbox.Tour.Chapters;

/// <summary>What two tenants used that did different things, as each sees it and as the administrator does.</summary>
static class Usage
{
    const int Scanned = 4;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static async Task RunAsync(TourContext tour)
    {
        tour.Stage.Step("What each tenant used is counted, and no tenant sees another's");
        var (busy, quiet) = (TourTenant.Acme, TourTenant.Globex);
        await WaitAsync(tour, busy);
        var (ofBusy, ofQuiet) = (await ShowAsync(tour, busy), await ShowAsync(tour, quiet));
        tour.Stage.Check($"{busy.Slug} scanned {Scanned} pages and was refused when it rushed", Sum(ofBusy, "pages") == Scanned && Sum(ofBusy, "rejections") > 0);
        tour.Stage.Check(
            $"{quiet.Slug} did neither, and asked for less", (Sum(ofQuiet, "pages"), Sum(ofQuiet, "rejections")) == (0, 0) &&
            Sum(ofQuiet, "requests") is > 0 and var requests && requests < Sum(ofBusy, "requests"));

        var seen = await tour.ShowAsAdministratorAsync(HttpMethod.Get, $"/admin/tenants/{busy.Slug}/usage?last=2");
        tour.Stage.Check(
            $"the administrator sees the same of {busy.Slug}, and what it stores",
            seen.Status == 200 && Sum(seen, "pages") == Scanned && seen.Json.GetProperty("storage").GetProperty("bytes").GetInt64() > 0);
        var refused = await tour.SendAsync(quiet, HttpMethod.Get, $"/admin/tenants/{busy.Slug}/usage");
        var hidden = await tour.SendAsync(quiet, HttpMethod.Get, Path(busy));
        tour.Stage.Check($"403 and 404 for {quiet.Slug}, who asks what {busy.Slug} used", (refused.Status, hidden.Status) == (403, 404), hidden);
    }

    /// <summary>What was used is written every so often.</summary>
    static async Task WaitAsync(TourContext tour, TourTenant tenant)
    {
        for (var until = DateTime.UtcNow + Patience; DateTime.UtcNow < until; await Task.Delay(200))
        {
            var answer = await tour.SendAsync(tenant, HttpMethod.Get, Path(tenant));
            if (answer.Status == 200 && Sum(answer, "rejections") > 0)
                return;
        }
    }

    static async Task<Answer> ShowAsync(TourContext tour, TourTenant tenant)
    {
        var answer = await tour.ShowAsync(tenant, HttpMethod.Get, Path(tenant));
        if (answer.Status != 200)
            throw new TourException($"the usage of {tenant.Slug} was answered {answer.Status}.");
        tour.Stage.Say(
            $"  {tenant.Slug,-8} {Sum(answer, "requests"),5:N0} requests, {Sum(answer, "rejections"),3:N0} refused, {Sum(answer, "rows"),5:N0} rows, " +
            $"{Sum(answer, "pages")} pages, {Sum(answer, "databaseSeconds"):N2} s of the database");
        foreach (var quota in answer.Json.GetProperty("quotas").EnumerateArray())
            tour.Stage.Say($"  {"",-8} {quota.GetProperty("name")}: {quota.GetProperty("remaining")} of {quota.GetProperty("quota")} left");
        return answer;
    }

    /// <summary>The hour that runs and the one before, in which the tour may have begun.</summary>
    static string Path(TourTenant tenant) => $"/v1/organizations/{tenant.Slug}/usage?last=2";

    static double Sum(Answer answer, string of) =>
        answer.Json.GetProperty("used").EnumerateArray().Sum(used => used.GetProperty(of).GetDouble());
}
