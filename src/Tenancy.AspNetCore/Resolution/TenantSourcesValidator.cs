using Microsoft.Extensions.Options;

namespace Tenancy;

/// <summary>Refuses to start without a source: every request would be without a tenant.</summary>
internal sealed class TenantSourcesValidator : IValidateOptions<TenantSources>
{
    public ValidateOptionsResult Validate(string? name, TenantSources options) =>
        options.Count > 0
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                "ResolveTenantsFrom names no source. Give one, such as sources => sources.Claim(\"org\").");
}
