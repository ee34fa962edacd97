using Npgsql;

namespace Tenancy.Conformance;

/// <summary>Something that breaks an invariant, planted where the proof at the pool's opening no longer looks.</summary>
/// <param name="Name">A short name.</param>
/// <param name="Isolations">Where it breaks anything.</param>
/// <param name="Caught">Checks of which each has to fail.</param>
/// <param name="PlantAsync">Breaks it, on a deployment of its own.</param>
public sealed record Fault(
    string Name, TenantIsolation[] Isolations, string[] Caught, Func<Subject, Task> PlantAsync)
{
    /// <summary>Where it is planted.</summary>
    public ProtectionLevel Level { get; init; } = ProtectionLevel.Latched;

    static readonly TenantIsolation[] Shared = [TenantIsolation.Row, TenantIsolation.Schema];
    static readonly TenantIsolation[] Every = Enum.GetValues<TenantIsolation>();

    public static readonly IReadOnlyList<Fault> All =
    [
        // What a forgetful router would do: the message goes out, but enters nobody.
        new("scope-removed", Every, ["scope-in-every-way-to-execute", "scope-inside-transactions", "scope-after-savepoints"], subject => InDatabaseAsync(subject,
            "create or replace function tenancy.enter(tenant uuid) returns void language sql as 'select null::void'",
            "create or replace function tenancy.enter_schema(tenant uuid) returns void language sql as 'select null::void'")),
        new("force-dropped", Shared, ["owner-reads-nothing", "proof-finds-nothing"], subject => OnTablesAsync(subject, "alter table {0} no force row level security")),
        new("row-security-disabled", Shared, ["proof-finds-nothing", "attacks-inside-a-statement"], subject => OnTablesAsync(subject, "alter table {0} disable row level security")),
        new("role-bypasses", Shared, ["attacks-inside-a-statement", "proof-finds-nothing"], subject => InDatabaseAsync(subject,
            $"alter role {LoginOf(subject)} bypassrls")),
        new("set_config-granted", Every, ["set_config-changes-nothing", "proof-finds-nothing"], subject => InDatabaseAsync(subject,
            "grant execute on function set_config(text, text, boolean) to public")),
        // The plain setting that others rely on: it must leak, or the suite could not tell Signed from it.
        new("plain-setting", Shared, ["attacks-inside-a-statement", "set_config-changes-nothing"], subject => InDatabaseAsync(subject,
            "grant execute on function set_config(text, text, boolean) to public")),
        new("token-unchecked", Shared, ["attacks-inside-a-statement", "tokens-of-others-are-refused", "proof-finds-nothing"], subject => InDatabaseAsync(subject, WithoutToken)) { Level = ProtectionLevel.Signed },
        new("signature-unchecked", Shared, ["attacks-inside-a-statement", "set_config-changes-nothing", "proof-finds-nothing"], subject => InDatabaseAsync(subject, WithoutSignature)) { Level = ProtectionLevel.Signed },
        new("keys-readable", [TenantIsolation.Row], ["proof-finds-nothing"], subject => InDatabaseAsync(subject, $"grant select on tenancy.signing_keys to {LoginOf(subject)}")) { Level = ProtectionLevel.Signed },
        // What a forgotten entry would be at this level.
        new("unstamped", [TenantIsolation.Schema], ["scope-in-every-way-to-execute", "scope-inside-transactions", "scope-after-savepoints", "proof-finds-nothing"], subject => InDatabaseAsync(subject,
            "create or replace function tenancy.enter_signed(token text, own_schema boolean) returns void language sql as 'select null::void'")) { Level = ProtectionLevel.Signed },
        // Every session brings the other tenant along.
        new("session-wide-set", Every, ["scope-in-every-way-to-execute", "own-rows-by-select", "proof-finds-nothing"], subject => InDatabaseAsync(subject,
            $"alter role {LoginOf(subject)} in database {subject.A.Placement.Database} set tenancy.tenant = '{subject.B.Id}'",
            $"select pg_terminate_backend(pid, 5000) from pg_stat_activity where usename = '{LoginOf(subject)}'")),
        // The first form of the latch, which null opened.
        new("enter-accepts-null", Shared, ["enter-refuses-null-and-others", "attacks-inside-a-statement"], subject => InDatabaseAsync(subject, WithoutNullCheck)),
        new("enter-without-latch", Every, ["enter-refuses-null-and-others"], subject => InDatabaseAsync(subject, WithoutLatch)),
        new("policy-widened", Shared, ["proof-finds-nothing", "attacks-inside-a-statement"], subject => OnTablesAsync(subject, "alter policy tenancy_isolation on {0} using (true)")),
        new("truncate-granted", Shared, ["privileges-are-the-four", "proof-finds-nothing"], subject => OnTablesAsync(subject, $"grant truncate on {{0}} to {LoginOf(subject)}")),
        new("temporary-granted", Every, ["login-leaves-no-state", "proof-finds-nothing"], subject => InDatabaseAsync(subject,
            $"grant temporary on database {subject.A.Placement.Database} to public")),
        new("activity-granted", Every, ["login-touches-no-other-session", "proof-finds-nothing"], subject => InDatabaseAsync(subject,
            "grant execute on function pg_stat_get_activity(integer) to public")),
        new("identity-lost", [TenantIsolation.Database], ["unentered-connection-reads-nothing", "proof-finds-nothing"], subject => InDatabaseAsync(subject,
            "create or replace function tenancy.identity() returns uuid language sql immutable as 'select null::uuid'")),
        new("row-check-lost", [TenantIsolation.Database], ["no-row-for-another-tenant"], subject => OnTablesAsync(subject, "alter table {0} drop constraint tenancy_identity")),
    ];

    const string WithoutNullCheck =
        """
        create or replace function tenancy.enter(tenant uuid) returns void language plpgsql security definer as $$
        declare held text := current_setting('tenancy.tenant', true);
        begin
            if held <> '' and held <> tenant::text then
                raise exception using errcode = '42501', message = 'another tenant is in scope';
            end if;
            held := set_config('tenancy.tenant', coalesce(tenant::text, ''), true);
        end $$
        """;

    /// <summary>What a check of the signature that lets all through would be.</summary>
    const string WithoutSignature =
        """
        create or replace view tenancy.scope with (security_barrier = true) as
            select coalesce(split_part(nullif(current_setting('tenancy.token', true), ''), '.', 2)::uuid, tenancy.no_scope()) as tenant
        """;

    /// <summary>An entry that signs whatever it is given.</summary>
    const string WithoutToken =
        """
        create or replace function tenancy.enter_signed(token text, own_schema boolean) returns void
        language plpgsql security definer as $$
        declare done text;
        begin
            select set_config('tenancy.token', tenancy.signature(k.inner_pad, k.outer_pad, token, pg_backend_pid()) || substr(token, 65), true)
            into done from tenancy.signing_keys k;
            if own_schema then
                done := set_config('search_path', tenancy.path_of(split_part(token, '.', 2)::uuid), true);
            end if;
        end $$
        """;

    const string WithoutLatch =
        """
        create or replace function tenancy.enter(tenant uuid) returns void language plpgsql security definer as $$
        declare held text;
        begin
            held := set_config('tenancy.tenant', tenant::text, true);
        end $$
        """;

    public override string ToString() => Name;

    static string LoginOf(Subject subject) =>
        subject.Isolation == TenantIsolation.Database ? TenantNames.For(subject.A.Id) : subject.Deployment.Options.AppLogin;

    /// <summary>As the superuser, in the database of tenant A.</summary>
    static async Task InDatabaseAsync(Subject subject, params string[] statements)
    {
        await using var connection = await PrivateCluster.OpenAsync(subject.A.Placement.Database);
        foreach (var statement in statements)
        {
            await using var command = new NpgsqlCommand(statement, connection);
            await command.ExecuteNonQueryAsync();
        }
    }

    static async Task OnTablesAsync(Subject subject, string statement)
    {
        foreach (var tenant in subject.Isolation == TenantIsolation.Row ? [subject.A] : new[] { subject.A, subject.B })
        {
            foreach (var table in new[] { "notes", "documents" })
            {
                await PrivateCluster.ExecuteAsync(tenant.Placement.Database,
                    string.Format(System.Globalization.CultureInfo.InvariantCulture, statement, Subject.Table(tenant, table)));
            }
        }
    }
}
