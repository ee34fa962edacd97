using System.Text.Json.Nodes;
using Inbox.Authentication;

namespace Inbox.Tour.Chapters;

/// <summary>What somebody tries who has no valid token for the tenant.</summary>
static class ForgedTokens
{
    public static async Task RunAsync(TourContext tour)
    {
        var (acme, globex) = (TourTenant.Acme, TourTenant.Globex);
        var parts = tour.TokenOf(acme).Split('.');
        var wanted = tour.TokenOf(globex).Split('.')[1];
        var unsigned = DevelopmentTokens.Encode(new JsonObject { ["alg"] = "none", ["typ"] = "JWT" }.ToJsonString());
        var expired = tour.Token(
            claims => (claims["org"], claims["exp"]) = (globex.Slug, DateTimeOffset.UtcNow.AddMinutes(-5).ToUnixTimeSeconds()), globex.User);
        var elsewhere = tour.Token(
            claims => (claims["org"], claims["aud"]) = (globex.Slug, "another-api"), globex.User);

        tour.Stage.Step("Forged, unsigned and expired tokens are refused");
        await RefuseAsync(tour, "acme's token with 'globex' written into it", $"{parts[0]}.{wanted}.{parts[2]}");
        await RefuseAsync(tour, "alg: none, no signature", $"{unsigned}.{wanted}.");
        await RefuseAsync(tour, "expired five minutes ago", expired);
        await RefuseAsync(tour, "made for another API", elsewhere);
        await RefuseAsync(tour, "no token", null);
    }

    static async Task RefuseAsync(TourContext tour, string what, string? token)
    {
        var answer = await tour.ShowAsync(new Call(HttpMethod.Get, TourTenant.Globex.Path) { Token = token, Who = what });
        tour.Stage.Check($"401: {what}", answer.Status == 401 && answer.Headers.Contains("WWW-Authenticate: Bearer", StringComparison.Ordinal));
    }
}
