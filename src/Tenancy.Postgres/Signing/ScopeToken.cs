namespace Tenancy;

/// <summary>What lets a tenant in on one connection, for half a minute.</summary>
/// <param name="Tenant">Who may enter.</param>
/// <param name="Issued">When it was made.</param>
/// <param name="Text">What is sent: the signature (64 hexadecimal characters), the tenant (36), and the second until which it holds (10), with a dot between them.</param>
internal sealed record ScopeToken(TenantId Tenant, DateTime Issued, string Text);
