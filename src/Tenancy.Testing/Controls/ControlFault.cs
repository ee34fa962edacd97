namespace Tenancy;

/// <summary>Where a guard is taken away.</summary>
/// <param name="Login">The login that serves, quoted.</param>
/// <param name="Table">A table, quoted and with its schema.</param>
/// <param name="Tenant">Whose table it is.</param>
internal sealed record ControlPlace(string Login, string Table, TenantId Tenant);

/// <summary>A guard that is taken away, to see that the suite notices.</summary>
/// <param name="Name">What is wrong then.</param>
/// <param name="Isolations">Where it matters.</param>
/// <param name="Plant">Takes it away.</param>
/// <param name="Undo">Puts it back.</param>
internal sealed record ControlFault(
    string Name, TenantIsolation[] Isolations, Func<ControlPlace, string> Plant, Func<ControlPlace, string> Undo)
{
    static readonly TenantIsolation[] Shared = [TenantIsolation.Row, TenantIsolation.Schema];

    public static readonly IReadOnlyList<ControlFault> All =
    [
        new("row security disabled", Shared, at => $"alter table {at.Table} disable row level security", at => $"alter table {at.Table} enable row level security"),
        new("row security not forced", Shared, at => $"alter table {at.Table} no force row level security", at => $"alter table {at.Table} force row level security"),
        new("policy widened", Shared, at => $"alter policy tenancy_isolation on {at.Table} using (true) with check (true)",
            at => $"alter policy tenancy_isolation on {at.Table} using (tenant_id = (select tenancy.current_tenant())) with check (tenant_id = (select tenancy.current_tenant()))"),
        new("set_config granted", Shared, at => $"grant execute on function pg_catalog.set_config(text, text, boolean) to {at.Login}",
            at => $"revoke execute on function pg_catalog.set_config(text, text, boolean) from {at.Login}"),
        new("BYPASSRLS granted", Shared, at => $"alter role {at.Login} bypassrls", at => $"alter role {at.Login} nobypassrls"),
        new("scope removed", Shared, _ => EnterNobody, _ => ""),
        new("check on the tenant dropped", [TenantIsolation.Database], at => $"alter table {at.Table} drop constraint tenancy_identity",
            at => $"alter table {at.Table} add constraint tenancy_identity check (tenant_id = '{at.Tenant}')"),
    ];

    public static readonly string[] Functions = ["enter", "enter_schema"];

    /// <summary>Both ways to enter, entering nobody. What they were is restored from the server's own text.</summary>
    static string EnterNobody => string.Concat(Functions.Select(function =>
        $"create or replace function tenancy.{function}(tenant uuid) returns void language plpgsql security definer as $enter$ begin perform 1; end $enter$;"));
}
