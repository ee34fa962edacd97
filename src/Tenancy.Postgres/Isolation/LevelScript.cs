namespace Tenancy;

/// <summary>What a level changes in the script that installs the tenancy schema.</summary>
internal static class LevelScript
{
    const string Limits = "integer, integer, integer, integer";

    /// <summary>The level as the database names it. <see cref="ProtectionLevel.Filter"/> differs only in what is demanded.</summary>
    public static string NameOf(ProtectionLevel level) => level == ProtectionLevel.Signed ? "signed" : "latched";

    /// <summary>The values of the script's placeholders.</summary>
    public static (string Name, string Value)[] ValuesOf(ProtectionLevel level) =>
    [
        ("level", SqlIdentifier.Literal(NameOf(level))),
        ("current_tenant", SqlScript.Load($"current-tenant-{NameOf(level)}.sql")
            .Replace("{scope_tenant}", level == ProtectionLevel.Signed ? SqlScript.Load("scope-signed.sql") : "tenancy.current_tenant()", StringComparison.Ordinal)),
        ("policy_scope", level == ProtectionLevel.Signed ? "(select scope.tenant from tenancy.scope)" : "(select tenancy.current_tenant())"),
        ("enter_functions", level == ProtectionLevel.Signed
            ? $"tenancy.enter_signed(text, boolean), tenancy.enter_signed(text, boolean, {Limits}), tenancy.enter_pooled(text, boolean), tenancy.enter_pooled(text, boolean, {Limits})"
            : $"tenancy.enter(uuid), tenancy.enter_schema(uuid), tenancy.enter(uuid, {Limits}), tenancy.enter_schema(uuid, {Limits})"),
    ];
}
