using Microsoft.AspNetCore.Http;

namespace Tenancy;

/// <summary>
/// The one rule that picks a request's tenant. Takes no lock, does no I/O, catches nothing. A refusal costs what a find
/// does: every source is read and the catalog asked once, whatever is wrong, so that its time tells nothing either.
/// </summary>
internal sealed class TenantResolver(TenantSourceSet sources, ITenantCatalog catalog)
{
    readonly ITenantSource[] _sources = sources.All;
    readonly bool _needsProof = sources.NeedsProof;

    public TenantResolution Resolve(HttpContext context)
    {
        var gathered = new Gathered();
        foreach (var source in _sources)
        {
            var answer = source.Read(context);
            if (!answer.IsSilent)
                gathered.Add(answer, source.IsProof);
        }

        if (!gathered.Spoken)
            return TenantResolution.Refused(TenantResolutionOutcome.NoneGiven);
        var known = catalog.Current.TryFind(gathered.Named.Slug, out var tenant);
        if (gathered.Conflicting)
            return TenantResolution.Refused(TenantResolutionOutcome.Conflicting);
        if (gathered.Named.IsSilent)
            return TenantResolution.Refused(TenantResolutionOutcome.NoneGiven);
        if (!gathered.IsPermitted(context) || _needsProof && !gathered.Proven && !MayBeAnonymous(context, gathered))
            return TenantResolution.Refused(TenantResolutionOutcome.NotPermitted);
        return known ? TenantResolution.Found(tenant!) : TenantResolution.Refused(TenantResolutionOutcome.Unknown);
    }

    static bool MayBeAnonymous(HttpContext context, in Gathered gathered) =>
        !gathered.ProofSpoken && context.GetEndpoint()?.Metadata.GetMetadata<IAnonymousTenantMetadata>() is not null;

    /// <summary>What the sources said, taken together.</summary>
    struct Gathered
    {
        TenantAnswer _list;
        List<TenantAnswer>? _more;
        bool _listProves;

        public TenantAnswer Named { get; private set; }

        public bool Spoken { get; private set; }

        public bool Conflicting { get; private set; }

        public bool Proven { get; private set; }

        public bool ProofSpoken { get; private set; }

        public void Add(in TenantAnswer answer, bool isProof)
        {
            Spoken = true;
            ProofSpoken |= isProof;
            if (answer.IsList)
            {
                if (!_list.IsSilent)
                    (_more ??= []).Add(answer);
                else
                    _list = answer;
                _listProves |= isProof;
                return;
            }

            if (answer.IsContradictory || !Named.IsSilent && !answer.Slug.SequenceEqual(Named.Slug))
                Conflicting = true;
            if (answer.IsContradictory)
                return;
            Named = answer;
            Proven |= isProof;
        }

        /// <summary>Whether every list has what was chosen; one that is proof then proves it.</summary>
        public bool IsPermitted(HttpContext context)
        {
            if (_list.IsSilent)
                return true;
            var permitted = _list.Lists(context, Named.Slug);
            if (_more is not null)
            {
                foreach (var list in _more)
                    permitted &= list.Lists(context, Named.Slug);
            }

            Proven |= permitted && _listProves;
            return permitted;
        }
    }
}
