namespace Inbox.Tour.Chapters;

/// <summary>
/// SQL injected into a statement. The endpoint pastes its parameter into
/// <c>select id::text, title from documents where title = '…'</c>, and answers what was read or why it was refused.
/// </summary>
static class InjectedSql
{
    /// <summary>By PostgreSQL: insufficient privilege, and not supported there. By the library: more than one statement.</summary>
    static readonly string[] Reasons = ["PostgreSQL: 42501 ", "PostgreSQL: 0A000 ", "several statements"];

    public static async Task RunAsync(TourContext tour)
    {
        foreach (var attacker in TourTenant.All)
        {
            tour.Stage.Step($"SQL injected by {attacker.Slug} ({attacker.Isolation}) reads nothing foreign");
            await ReadAllAsync(tour, attacker);
            foreach (var victim in TourTenant.All.Where(tenant => tenant != attacker))
                await EnterAsync(tour, attacker, victim);
            await ReadByQualifiedNameAsync(tour, attacker);
        }
    }

    /// <summary>Attacks that succeed, as SQL: they read all the statement can reach, which is the attacker's own.</summary>
    static async Task ReadAllAsync(TourContext tour, TourTenant attacker)
    {
        var all = await SearchAsync(tour, attacker, "' or '1'='1");
        tour.Stage.Check(
            "the condition is gone, and still only its own rows come back",
            all.Status == 200 && attacker.OwnsExactly(all.FirstColumn));

        var union = await SearchAsync(tour, attacker, "' union all select id::text, body from documents --");
        tour.Stage.Check(
            "every text it can reach is its own",
            union.Status == 200 && attacker.OwnsExactly(union.FirstColumn) &&
            union.Text.Contains(attacker.Mark, StringComparison.Ordinal) && !attacker.SeesForeign(union.Text));
    }

    /// <summary>Attempts to become another tenant, before and while the rows are read.</summary>
    static async Task EnterAsync(TourContext tour, TourTenant attacker, TourTenant victim)
    {
        string[] attempts =
        [
            $"' union all select d.id::text, d.body from (select set_config('tenancy.tenant', '{victim.Id}', true)) s, documents d --",
            $"' union all select d.id::text, d.body from (select tenancy.enter(null)) s, documents d --",
            $"' union all select d.id::text, d.body from (select tenancy.enter('{victim.Id}')) s, documents d --",
            $"' union all select d.id::text, d.body from (select tenancy.enter(null)) r, lateral (select tenancy.enter('{victim.Id}')) s, documents d --",
            $"' union all select '', query_to_xml('set local tenancy.tenant = ''{victim.Id}''', true, true, '')::text --",
            $"'; set tenancy.tenant = '{victim.Id}'; select id::text, body from documents --",
            $"'; begin; select tenancy.enter('{victim.Id}'); select id::text, body from documents --",
        ];
        foreach (var attempt in attempts)
            tour.Stage.Check($"refused: nothing of {victim.Slug} is read", IsRefused(attacker, await SearchAsync(tour, attacker, attempt)));
        var after = await tour.SendAsync(new Call(HttpMethod.Get, attacker.Path) { Token = tour.TokenOf(attacker) });
        tour.Stage.Check(
            "and none of it stays behind: the next request sees its own rows",
            after.Status == 200 && attacker.OwnsExactly(after.DocumentIds), after);
    }

    /// <summary>PostgreSQL tells everybody the names of all tables of a database; knowing them must not help.</summary>
    static async Task ReadByQualifiedNameAsync(TourContext tour, TourTenant attacker)
    {
        var tables = await SearchAsync(tour, attacker,
            "' union all select c.oid::regclass::text, '' from pg_class c where c.relname = 'documents' and c.relkind in ('r', 'p') --");
        var schemas = await SearchAsync(tour, attacker,
            "' union all select n.nspname::text, '' from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relname = 'documents' --");
        var shared = attacker.Isolation != TourTenant.Initech.Isolation;
        tour.Stage.Check(
            shared ? "the other schema's name can be found" : "a database of its own has one such table",
            tables.Status == 200 && schemas.Status == 200 && schemas.FirstColumn.Count > 1 == shared);
        foreach (var schema in schemas.Status == 200 ? schemas.FirstColumn : [])
        {
            var rows = await SearchAsync(tour, attacker, $"' union all select id::text, body from \"{schema}\".documents --");
            tour.Stage.Check("nothing foreign is read by the table's full name", IsHarmless(attacker, rows));
        }
    }

    static Task<Answer> SearchAsync(TourContext tour, TourTenant attacker, string title) => tour.ShowAsync(
        attacker, HttpMethod.Get, $"/v1/organizations/{attacker.Slug}/unsafe-search?title={Uri.EscapeDataString(title)}");

    /// <summary>Refused for the right reason: a misspelt attack would be refused as well, and prove nothing.</summary>
    static bool IsRefused(TourTenant attacker, Answer answer) => answer.Status == 400 && !attacker.SeesForeign(answer.Text) &&
        Reasons.Any(reason => answer.Gist.Contains(reason, StringComparison.Ordinal));

    /// <summary>Refused with a reason, or answered without a trace of another tenant. A crash proves nothing.</summary>
    static bool IsHarmless(TourTenant attacker, Answer answer) =>
        answer.Status is 200 or 400 && !attacker.SeesForeign(answer.Text);
}
