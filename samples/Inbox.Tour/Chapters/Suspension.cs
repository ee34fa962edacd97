namespace Inbox.Tour.Chapters;

/// <summary>A tenant that is suspended, and resumed.</summary>
static class Suspension
{
    public static async Task RunAsync(TourContext tour)
    {
        tour.Stage.Step("A suspended tenant is refused, its neighbours are not, and resuming brings everything back");
        foreach (var tenant in TourTenant.All)
        {
            var suspended = await tour.ShowAsAdministratorAsync(HttpMethod.Post, $"/admin/tenants/{tenant.Slug}/suspend");
            var refused = await tour.ShowAsync(tenant, HttpMethod.Get, tenant.Path);
            tour.Stage.Check($"{tenant.Slug} is refused with 403", (suspended.Status, refused.Status) == (200, 403));
            foreach (var neighbour in TourTenant.All.Where(other => other != tenant))
            {
                var served = await tour.SendAsync(new Call(HttpMethod.Get, neighbour.Path) { Token = tour.TokenOf(neighbour) });
                tour.Stage.Check(
                    $"{neighbour.Slug} is served", served.Status == 200 && neighbour.OwnsExactly(served.DocumentIds), served);
            }

            var resumed = await tour.ShowAsAdministratorAsync(HttpMethod.Post, $"/admin/tenants/{tenant.Slug}/resume");
            var back = await tour.SendAsync(new Call(HttpMethod.Get, tenant.Path) { Token = tour.TokenOf(tenant) });
            tour.Stage.Check(
                $"{tenant.Slug} has all its documents again",
                (resumed.Status, back.Status) == (200, 200) && tenant.OwnsExactly(back.DocumentIds), back);
        }
    }
}
