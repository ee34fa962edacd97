using System.Text;
using Inbox.Paging;
using Inbox.Problems;
using Microsoft.AspNetCore.Http.HttpResults;
using Tenancy;

namespace Inbox.Administration;

/// <summary>Pages through the catalog, which is in memory; the cursor holds the last slug of the page before.</summary>
static class ListTenants
{
    public static async Task<Results<Ok<TenantList>, ValidationProblem>> HandleAsync(
        [AsParameters] PageQuery page, HttpContext http, CursorCodec cursors, ITenantCatalog catalog, CancellationToken stop)
    {
        var mistakes = new Mistakes();
        var scope = new CursorScope(Guid.Empty, "tenants");
        var (limit, position) = page.Read(cursors, scope, mistakes);
        if (mistakes.Any)
            return mistakes.ToProblem();

        var after = position is null ? "" : Encoding.ASCII.GetString(position);
        var snapshot = await catalog.RefreshAsync(stop);
        var tenants = snapshot.Tenants.Where(tenant => string.CompareOrdinal(tenant.Slug.Value, after) > 0)
            .OrderBy(tenant => tenant.Slug.Value, StringComparer.Ordinal).Take(limit + 1).Select(TenantView.Of).ToList();
        if (tenants.Count <= limit)
            return TypedResults.Ok(new TenantList(tenants, null));

        tenants.RemoveAt(limit);
        var next = cursors.Write(scope, Encoding.ASCII.GetBytes(tenants[^1].Slug));
        PageLink.AddNext(http, next);
        return TypedResults.Ok(new TenantList(tenants, next));
    }
}
