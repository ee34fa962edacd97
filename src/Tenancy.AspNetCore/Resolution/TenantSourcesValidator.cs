using Microsoft.Extensions.Options;

namespace Tenancy;

/// <summary>
/// Refuses to start with sources that are wrong, or without any: every request would be without a tenant.
/// </summary>
internal sealed class TenantSourcesValidator : IValidateOptions<TenantSources>
{
    public ValidateOptionsResult Validate(string? name, TenantSources options)
    {
        List<string> mistakes = [.. options.Mistakes];
        if (options.Count == 0 && mistakes.Count == 0)
            mistakes.Add("ResolveTenantsFrom names no source. Give one, such as sources => sources.Claim(\"org\").");
        var single = options.Others.OfType<ClaimTenantSource>().Select(source => source.Type);
        var lists = options.Others.OfType<ClaimListTenantSource>().Select(source => source.Type);
        foreach (var type in single.Intersect(lists, StringComparer.Ordinal))
        {
            mistakes.Add(Mistake.At(
                "ResolveTenantsFrom:ClaimList", type, "The same claim is read as a single one: keep Claim or ClaimList, not both."));
        }

        return mistakes.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(mistakes);
    }
}
