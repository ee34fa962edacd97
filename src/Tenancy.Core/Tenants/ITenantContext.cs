using System.Diagnostics.CodeAnalysis;

namespace Tenancy;

/// <summary>The ambient tenant: whose work the current asynchronous flow does.</summary>
/// <remarks>
/// Only a disposable scope sets it. It flows into what is awaited or started inside the scope, and is absent, not stale,
/// once the scope is disposed, also for work that was started inside and still runs.
/// </remarks>
public interface ITenantContext
{
    /// <summary>The tenant in scope, or <see langword="null"/>.</summary>
    Tenant? Current { get; }

    /// <summary>Enters a tenant until the returned scope is disposed. Scopes nest; the inner one wins.</summary>
    /// <param name="tenant">The tenant, as the catalog gave it.</param>
    /// <returns>The scope. Dispose it where it was entered, with <c>using</c>.</returns>
    [SuppressMessage("Reliability", "CA2000", Justification = "The caller owns the scope.")]
    TenantScope Enter(Tenant tenant);

    /// <summary>
    /// Makes the tenant absent until the returned scope is disposed, also for what is started meanwhile and lives on: a
    /// timer, a loop, a cached client.
    /// </summary>
    /// <returns>A scope without a tenant. Dispose it where it was made, with <c>using</c>.</returns>
    [SuppressMessage("Reliability", "CA2000", Justification = "The caller owns the scope.")]
    TenantScope Detach();
}
