namespace Tenancy;

/// <summary>What guards the tables of a tenant with a schema of its own. Chosen when the tenant is created; docs/isolation.md compares them.</summary>
public enum SchemaGuard
{
    /// <summary>
    /// The default. Forced row security, and one pool for all: text injected into a statement that names another tenant's
    /// schema reads nothing there.
    /// </summary>
    RowSecurity,

    /// <summary>
    /// A login of the tenant's own, which alone has rights in the schema: no row security, so that every index is usable, and
    /// a small pool of its own.
    /// </summary>
    Role,

    /// <summary>
    /// Nothing but where names are looked for: no mistake reads another tenant's rows, but text injected into a statement that
    /// names another such schema does. For an application that nobody can inject SQL into, and that wants the shared pool
    /// without row security.
    /// </summary>
    SearchPath,
}
