namespace Inbox.Tour.Chapters;

/// <summary>Who may administer tenants.</summary>
static class Administration
{
    public static async Task RunAsync(TourContext tour)
    {
        var acme = TourTenant.Acme;
        tour.Stage.Step("Only a platform administrator administers tenants");
        var anonymous = await tour.ShowAsync(new Call(HttpMethod.Get, "/admin/tenants"));
        tour.Stage.Check("401 without a token", anonymous.Status == 401);
        var user = await tour.ShowAsync(acme, HttpMethod.Get, "/admin/tenants");
        tour.Stage.Check("403 for a tenant's user", user.Status == 403);
        var attempt = await tour.ShowAsync(acme, HttpMethod.Delete, "/admin/tenants/globex");
        tour.Stage.Check("403 for deleting a neighbour", attempt.Status == 403);
        var administrator = await tour.ShowAsAdministratorAsync(HttpMethod.Get, "/admin/tenants");
        tour.Stage.Check("200 for the administrator", administrator.Status == 200);
        var documents = await tour.ShowAsync(new Call(HttpMethod.Get, acme.Path) { Token = tour.Administrator, Who = "platform administrator" });
        tour.Stage.Check("who administers tenants reads none of their documents", documents.Status is 403 or 404);
    }
}
