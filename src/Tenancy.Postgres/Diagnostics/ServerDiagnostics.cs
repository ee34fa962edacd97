namespace Tenancy;

/// <summary>The connections of this process to one server.</summary>
/// <param name="Server">The server's configured name.</param>
/// <param name="Budget">Connections that the tenants' pools may hold.</param>
/// <param name="Used">Connections open, opening, or closed so short a time ago that the server may still count them.</param>
/// <param name="Waiting">Requests that wait for a connection.</param>
/// <param name="Pools">The pools that hold a connection.</param>
/// <param name="Tenants">The tenants that waited longest, or else held connections longest, since the start.</param>
/// <param name="Busiest">The tenants that held connections longest since the start.</param>
public sealed record ServerDiagnostics(
    string Server, int Budget, int Used, int Waiting, IReadOnlyList<PoolDiagnostics> Pools, IReadOnlyList<TenantDiagnostics> Tenants,
    IReadOnlyList<TenantDiagnostics> Busiest);

/// <summary>The connections of one pool.</summary>
/// <param name="Database">The database they lead to.</param>
/// <param name="Open">How many there are.</param>
/// <param name="Idle">How many of them nobody uses.</param>
public sealed record PoolDiagnostics(string Database, int Open, int Idle);

/// <summary>What one tenant used of a server's connections since the start.</summary>
/// <param name="Tenant">The tenant.</param>
/// <param name="Held">Connections it holds now.</param>
/// <param name="Leases">How often it has had one.</param>
/// <param name="HeldTime">How long, in all.</param>
/// <param name="Waits">How often it had to wait.</param>
/// <param name="WaitedTime">How long, in all.</param>
public sealed record TenantDiagnostics(
    TenantId Tenant, int Held, long Leases, TimeSpan HeldTime, long Waits, TimeSpan WaitedTime);
