using System.Diagnostics.CodeAnalysis;

namespace Tenancy;

/// <summary>
/// The tokens with which a session's tenants entered lately: making one takes a twentieth of a point read. Whoever leases the
/// session has them alone.
/// </summary>
internal sealed class ScopeTokens
{
    /// <summary>Two generations of so many, some 350 bytes each; what was not used in one of them is forgotten with the next.</summary>
    internal const int MostOfGeneration = 1024;

    Dictionary<TenantId, ScopeToken> _recent = [];
    Dictionary<TenantId, ScopeToken> _before = [];

    /// <summary>How many are kept.</summary>
    public int Count => _recent.Count + _before.Count;

    /// <summary>Finds the last token of a tenant, which may have become too old.</summary>
    public bool TryFind(TenantId tenant, [NotNullWhen(true)] out ScopeToken? token)
    {
        if (_recent.TryGetValue(tenant, out token))
            return true;
        if (!_before.Remove(tenant, out token))
            return false;
        Keep(token);
        return true;
    }

    /// <summary>Keeps a token, in place of the one there was.</summary>
    public void Keep(ScopeToken token)
    {
        if (_recent.Count == MostOfGeneration)
        {
            (_recent, _before) = (_before, _recent);
            _recent.Clear();
        }

        _recent[token.Tenant] = token;
    }
}
