using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Net.Http.Headers;

namespace Inbox.Paging;

/// <summary>The <c>Link</c> to the next page (RFC 8288), beside the cursor in the body.</summary>
static class PageLink
{
    const string Cursor = "cursor";

    public static void AddNext(HttpContext context, string? next)
    {
        if (next is null)
            return;
        var query = new QueryBuilder(context.Request.Query.Where(pair => !pair.Key.Equals(Cursor, StringComparison.OrdinalIgnoreCase)))
        {
            { Cursor, next },
        };
        context.Response.Headers[HeaderNames.Link] =
            $"<{context.Request.PathBase.ToUriComponent()}{context.Request.Path.ToUriComponent()}{query.ToQueryString()}>; rel=\"next\"";
    }
}
