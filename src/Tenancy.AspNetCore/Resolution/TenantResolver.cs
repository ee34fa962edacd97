using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Tenancy;

/// <summary>The one rule that picks a request's tenant. Takes no lock, does no I/O, catches nothing.</summary>
internal sealed class TenantResolver
{
    readonly ITenantSource[] _sources;
    readonly bool _needsProof;
    readonly ITenantCatalog _catalog;

    public TenantResolver(IOptions<TenantSources> sources, ITenantCatalog catalog)
    {
        _sources = sources.Value.ToArray();
        _needsProof = Array.Exists(_sources, source => source.IsProof);
        _catalog = catalog;
    }

    public TenantResolution Resolve(HttpContext context)
    {
        TenantAnswer named = default;
        var proven = false;
        foreach (var source in _sources)
        {
            var answer = source.Read(context);
            if (answer.IsSilent)
                continue;
            if (answer.IsContradictory || !named.IsSilent && !answer.Slug.SequenceEqual(named.Slug))
                return TenantResolution.Refused(TenantResolutionOutcome.Conflicting);
            named = answer;
            proven |= source.IsProof;
        }

        if (named.IsSilent)
            return TenantResolution.Refused(TenantResolutionOutcome.NoneGiven);
        if (_needsProof && !proven)
            return TenantResolution.Refused(TenantResolutionOutcome.NotPermitted);
        return _catalog.Current.TryFind(named.Slug, out var tenant)
            ? TenantResolution.Found(tenant)
            : TenantResolution.Refused(TenantResolutionOutcome.Unknown);
    }
}
