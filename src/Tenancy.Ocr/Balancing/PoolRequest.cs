namespace Tenancy;

/// <summary>A call that wants a server.</summary>
/// <param name="Tenant">Whose it is; the empty id where there are no tenants.</param>
/// <param name="MaxConcurrent">How many calls of that tenant may run at once.</param>
/// <param name="Pages">What it will cost.</param>
/// <param name="Bytes">What it holds in memory while it waits.</param>
/// <param name="Avoid">Servers that failed it before.</param>
/// <param name="Begun">Whether one of these has begun: the document may be why it is gone.</param>
internal sealed record PoolRequest(TenantId Tenant, int MaxConcurrent, int Pages, long Bytes, IReadOnlyCollection<OcrEndpoint> Avoid, bool Begun = false);
