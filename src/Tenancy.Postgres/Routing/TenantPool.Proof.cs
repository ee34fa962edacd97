using Npgsql;

namespace Tenancy;

/// <content>How it is proven, before its first lease and whenever its sessions begin differently from then on.</content>
internal sealed partial class TenantPool
{
    readonly SemaphoreSlim _proving = new(1, 1);
    volatile bool _isInDoubt;

    /// <summary>Proves the isolation on a session of this pool, and returns what is not fatal.</summary>
    /// <exception cref="IsolationProofException">The database does not keep tenants apart.</exception>
    public async Task<IReadOnlyList<ProofFinding>> ProveAsync(
        PoolSettings settings, TenantShare share, bool async, CancellationToken cancellationToken)
    {
        for (var again = 3; ; again--)
        {
            var session = async ? await LeaseProvenAsync(share, cancellationToken).ConfigureAwait(false) : LeaseProven(share);
            var proven = false;
            try
            {
                var findings = await FindAsync(session, settings, share, async, cancellationToken).ConfigureAwait(false);
                // What a reset would forgive, no reset reaches behind a pooler.
                if (findings.Any(finding => finding.IsFatal || settings.IsPooled))
                {
                    proven = true;
                    throw new IsolationProofException(settings.Key.Database, [.. findings.Where(finding => finding.IsFatal || settings.IsPooled)]);
                }

                LimitsFiles = await IsolationProof.LimitsFilesAsync(session.Connection, async, cancellationToken).ConfigureAwait(false);
                proven = true;
                return findings;
            }
            catch (PostgresException e) when (session.Left is not null || ScopedBatch.IsEnded(e) && again > 0)
            {
                // It had ended while it was idle; or somebody else with the same login had left something in it. There is another.
                if (again == 0)
                {
                    throw new IsolationProofException(settings.Key.Database, [new ProofFinding("session-left", IsFatal: true,
                        $"Each session of the pooler was {session.Left}.",
                        $"select application_name, client_addr from pg_stat_activity where usename = '{Key.Login}'; -- find who else uses the login, or which hook of ConfigureDataSource sets something")]);
                }
            }
            finally
            {
                if (proven)
                    await ReturnAsync(session, async).ConfigureAwait(false);
                else
                    await DestroyAsync(session, "proof", async).ConfigureAwait(false);
            }
        }
    }

    async Task<IReadOnlyList<ProofFinding>> FindAsync(
        Session session, PoolSettings settings, TenantShare share, bool async, CancellationToken cancellationToken)
    {
        var pooler = await PoolerCheck.FindAsync(session.Connection, settings, async, cancellationToken).ConfigureAwait(false);
        if (pooler.Count > 0)
            return pooler;
        // Behind a pooler the attestation finds what an initializer leaves, on whichever session that was.
        var initialized = settings.Hooks.Count > 0 && !settings.IsPooled
            ? await InitializedSession.FindAsync(session.Connection, settings.SearchPath, async, cancellationToken).ConfigureAwait(false)
            : [];
        IReadOnlyList<ProofFinding> findings =
        [
            .. initialized,
            .. await IsolationProof.RunAsync(session.Connection, share.Tenant, settings, async, cancellationToken).ConfigureAwait(false),
        ];
        if (!KeepsReset && !findings.Any(static finding => finding.IsFatal))
            await Attestation.LearnAsync(session.Connection, async, cancellationToken).ConfigureAwait(false);
        return findings;
    }

    /// <summary>Refuses a pooler that is not what was declared, as two connections can tell; where there may be only one, as one can.</summary>
    public async Task CheckPoolerAsync(TenantShare share, string itself, CancellationToken cancellationToken)
    {
        var (one, other) = (await LeaseAsync(share, cancellationToken).ConfigureAwait(false), default(Session));
        try
        {
            if (Capacity > 1 && Budget.Limit > 1)
                other = await LeaseAsync(share, cancellationToken).ConfigureAwait(false);
            await PoolerCheck.CheckAsync(one.Connection, other?.Connection, Key, itself, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await ReturnAsync(one, async: true).ConfigureAwait(false);
            if (other is not null)
                await ReturnAsync(other, async: true).ConfigureAwait(false);
        }
    }

    /// <summary>Notes that sessions begin with other settings than the one that was proven: nobody is served before it is proven again.</summary>
    void Doubt()
    {
        if (_isInDoubt)
            return;
        Log.RoleSettingsChanged(_logger, Key.Login, Key.Database);
        _isInDoubt = true;
    }

    /// <summary>Once more from the beginning, since sessions begin with other settings than the one that was proven.</summary>
    async Task<Session> ProveAndLeaseAsync(TenantShare share, bool async, CancellationToken cancellationToken)
    {
        if (async)
            await _proving.WaitAsync(cancellationToken).ConfigureAwait(false);
        else
            _proving.Wait(cancellationToken);
        try
        {
            if (_isInDoubt)
            {
                await ProveAsync(_settings, share, async, cancellationToken).ConfigureAwait(false);
                _isInDoubt = false;
            }
        }
        finally
        {
            _proving.Release();
        }

        return async ? await LeaseProvenAsync(share, cancellationToken).ConfigureAwait(false) : LeaseProven(share);
    }
}
