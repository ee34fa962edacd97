namespace Tenancy.Conformance;

/// <summary>A bug that the chaos has to catch.</summary>
/// <param name="Name">A short name.</param>
/// <param name="Plant">Statements that put it into the database, given the serving login; none where it is the application's.</param>
/// <param name="Application">What the application does wrong, if it is its bug.</param>
public sealed record PlantedBug(string Name, Func<string, string> Plant, Func<ChaosApplication>? Application = null)
{


    public static readonly IReadOnlyList<PlantedBug> All =
    [
        new("a session-wide set and no reset", _ => Entering(
            "if coalesce(current_setting('tenancy.tenant', true), '') = '' then perform set_config('tenancy.tenant', tenant::text, false); end if;")),
        new("a forgotten enter", _ => Entering("perform 1;")),
        new("a table that its user owns, without FORCE", login => $"alter table app.notes no force row level security; alter table app.notes owner to {login}"),
        new("a context that says it is immutable", _ =>
            "create or replace function tenancy.current_tenant() returns uuid language plpgsql immutable as $tenant$ begin return current_setting('tenancy.tenant', true)::uuid; end $tenant$"),
        new("a policy that is gone", _ => "drop policy tenancy_isolation on app.notes"),
        new("a policy that is true", _ => "alter policy tenancy_isolation on app.notes using (true)"),
        new("a second policy beside a permissive one", _ =>
            """
            drop policy tenancy_isolation on app.notes;
            create policy own on app.notes using (tenant_id = (select tenancy.current_tenant()));
            create policy support on app.notes using (size >= 0);
            """),
        new("row security that is off", _ => "alter table app.notes disable row level security"),
        new("a login that bypasses row security", login => $"alter role {login} bypassrls"),
        new("an unqualified name and a shadow", login => $"create schema shadow; create table shadow.notes as select * from app.notes; grant usage on schema shadow to {login}; grant all on shadow.notes to {login}; "
            + Entering("perform set_config('tenancy.tenant', tenant::text, true), set_config('search_path', 'shadow, app', true);")),
        new("a scope that takes the last tenant's word", _ => Entering(
            "perform set_config('tenancy.tenant', coalesce(nullif(current_setting('tenancy.last', true), ''), tenant::text), true), set_config('tenancy.last', tenant::text, false);")),
        new("a cache without the tenant in its key", _ => "", () => new CachingWithoutTenant()),
        new("the tenant in a static field", _ => "", () => new TenantInAStaticField()),
    ];

    static string Entering(string body) =>
        $"create or replace function tenancy.enter(tenant uuid) returns void language plpgsql security definer as $enter$ begin {body} end $enter$";

    public override string ToString() => Name;
}
