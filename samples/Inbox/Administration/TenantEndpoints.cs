using Inbox.Problems;
using Inbox.Usage;
using Microsoft.AspNetCore.Http.HttpResults;
using Tenancy;

namespace Inbox.Administration;

/// <summary>Tenants from outside all of them: for the platform's own administrators.</summary>
static class TenantEndpoints
{
    public const string Role = "platform-admin";

    public static void MapTenantAdministration(this IEndpointRouteBuilder app)
    {
        var tenants = app.MapGroup("/admin/tenants")
            .RequireAuthorization(policy => policy.RequireRole(Role))
            .WithoutTenant()
            .WithTags("Tenants");
        tenants.MapPost("/", CreateAsync)
            .WithSummary("Creates a tenant, with its place and its tables.")
            .ProducesProblem(StatusCodes.Status409Conflict);
        tenants.MapGet("/", ListTenants.HandleAsync)
            .WithSummary("Lists tenants by slug, page by page.");

        var tenant = tenants.MapGroup("/{slug}").ProducesProblem(StatusCodes.Status404NotFound);
        tenant.MapGet("/", FindAsync)
            .WithSummary("Reads a tenant.");
        tenant.MapGet("/usage", ReadUsage.OfAnyAsync)
            .WithSummary("Tells what a tenant used and stores, and which quotas it will reach.");
        tenant.MapDelete("/", DeleteAsync)
            .WithSummary("Deletes a tenant and its data.");
        tenant.MapPost("/suspend", (string slug, ITenantCatalog catalog, ITenantLifecycle lifecycle, CancellationToken stop) =>
            ChangeAsync(slug, catalog, lifecycle.SuspendAsync, stop))
            .WithSummary("Suspends a tenant: its users are refused, its data is kept.")
            .ProducesProblem(StatusCodes.Status409Conflict);
        tenant.MapPost("/resume", (string slug, ITenantCatalog catalog, ITenantLifecycle lifecycle, CancellationToken stop) =>
            ChangeAsync(slug, catalog, lifecycle.ResumeAsync, stop))
            .WithSummary("Resumes a suspended tenant.")
            .ProducesProblem(StatusCodes.Status409Conflict);
    }

    static async Task<Results<Created<TenantView>, ValidationProblem, ProblemHttpResult>> CreateAsync(
        NewTenant tenant, ITenantCatalog catalog, ITenantLifecycle lifecycle, CancellationToken stop)
    {
        var mistakes = new Mistakes();
        if (!tenant.TryRead(catalog.Current.Tiers, mistakes, out var specification))
            return mistakes.ToProblem();
        try
        {
            var created = await lifecycle.CreateAsync(specification, stop);
            return TypedResults.Created($"/admin/tenants/{created.Slug}", TenantView.Of(created));
        }
        catch (TenantConflictException)
        {
            return Conflict($"The slug '{specification.Slug}' is taken. Choose another.");
        }
    }

    static async Task<Results<Ok<TenantView>, ProblemHttpResult>> FindAsync(
        string slug, ITenantCatalog catalog, CancellationToken stop)
    {
        // Another process may have made it a moment ago, and administrators are few: each asks the catalog itself.
        var snapshot = await catalog.RefreshAsync(stop);
        return snapshot.TryFind(slug, out var tenant) ? TypedResults.Ok(TenantView.Of(tenant)) : NotFound();
    }

    static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(
        string slug, ITenantCatalog catalog, ITenantLifecycle lifecycle, CancellationToken stop)
    {
        var snapshot = await catalog.RefreshAsync(stop);
        if (!snapshot.TryFind(slug, out var tenant))
            return NotFound();
        await lifecycle.DeleteAsync(tenant.Id, stop);
        return TypedResults.NoContent();
    }

    static async Task<Results<Ok<TenantView>, ProblemHttpResult>> ChangeAsync(
        string slug, ITenantCatalog catalog, Func<TenantId, CancellationToken, Task<Tenant>> change, CancellationToken stop)
    {
        var snapshot = await catalog.RefreshAsync(stop);
        if (!snapshot.TryFind(slug, out var tenant))
            return NotFound();
        try
        {
            return TypedResults.Ok(TenantView.Of(await change(tenant.Id, stop)));
        }
        catch (TenantConflictException)
        {
            return Conflict("The tenant is being created or deleted.");
        }
    }

    static ProblemHttpResult NotFound() =>
        TypedResults.Problem("There is no such tenant.", statusCode: StatusCodes.Status404NotFound);

    static ProblemHttpResult Conflict(string detail) =>
        TypedResults.Problem(detail, statusCode: StatusCodes.Status409Conflict);
}
