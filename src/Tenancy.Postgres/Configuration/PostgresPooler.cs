namespace Tenancy;

/// <summary>What stands between this process and PostgreSQL.</summary>
public enum PostgresPooler
{
    /// <summary>Nothing that pools: a connection here is a session there.</summary>
    None,

    /// <summary>PgBouncer in transaction mode: each transaction gets whichever session is free.</summary>
    PgBouncer,
}
