namespace Tenancy;

/// <summary>
/// Endpoint metadata that lets a caller who names no tenant by proof be served the tenant that host, route or header
/// select, although claims are among the sources: a sign-in page, a public price list.
/// </summary>
public interface IAnonymousTenantMetadata;
