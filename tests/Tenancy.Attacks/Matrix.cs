namespace Tenancy.Attacks;

/// <summary>How one attack ended.</summary>
/// <param name="Ending">A word or code of <see cref="Verdict.Denials"/>, or what the error was.</param>
/// <param name="Leak">What of B's was seen; none where nothing was.</param>
public sealed record Outcome(string Ending, string? Leak);

/// <summary>Sends a text as tenant A and looks at all that comes back.</summary>
public static class Matrix
{
    public static async Task<Outcome> SendAsync(Arena arena, Way way, string sql)
    {
        var sending = new Sending(arena, way.Write(sql));
        Exception? error = null;
        using (arena.Deployment.Tenants.Enter(arena.A))
        {
            try
            {
                await way.SendAsync(sending);
            }
            catch (Exception e) when (e is not Xunit.Sdk.XunitException)
            {
                error = e;
            }
        }

        var said = error is null ? [] : Verdict.Says(error);
        return new Outcome(
            error is null ? Verdict.Answered : Verdict.Code(error) ?? error.ToString(),
            Leak(sending.Seen.Concat(said), arena.Sentinel, sending.Seen, arena.B.Id.ToString()));
    }

    /// <summary>A row of B's shows by what it holds, and by its tenant where that column was asked for.</summary>
    public static string? Leak(IEnumerable<string> shown, string sentinel, IEnumerable<string> cells, string tenant) =>
        shown.FirstOrDefault(text => text.Contains(sentinel, StringComparison.Ordinal))
        ?? cells.FirstOrDefault(cell => cell.StartsWith(tenant + "/", StringComparison.Ordinal));
}
