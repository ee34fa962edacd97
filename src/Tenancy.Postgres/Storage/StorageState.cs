namespace Tenancy;

/// <summary>What this process knows of one tenant's storage. What each statement reads is one field.</summary>
internal sealed class StorageState
{
    readonly Lock _gate = new();
    volatile bool _isFull;
    StorageReading? _reading;
    StorageLimits? _limits;
    Tenant? _seen;
    StorageLimits? _ofTier;

    /// <summary>Whether statements that add or change rows are refused.</summary>
    public bool IsFull => _isFull;

    public StorageReading? Reading
    {
        get
        {
            lock (_gate)
                return _reading is null ? null : _reading with { IsFull = _isFull };
        }
    }

    public TenantStorageExceededException Refusal()
    {
        lock (_gate)
            return _reading is null || _limits is null ? new() : new(_reading with { IsFull = true }, _limits);
    }

    /// <summary>Takes in what was measured, unless something newer is known.</summary>
    public void Measured(StorageReading reading, DateTimeOffset now)
    {
        lock (_gate)
        {
            // An estimate after a count is made only far below the quota.
            if (_reading is not null && _reading.Measured > reading.Measured)
                return;
            _reading = reading;
            Judge(now);
        }
    }

    /// <summary>Takes in what a snapshot of the catalog allows.</summary>
    public void Follow(Tenant tenant, TenantCatalogSnapshot snapshot, Microsoft.Extensions.Logging.ILogger logger, DateTimeOffset now)
    {
        var ofTier = snapshot.Tiers.TryGetValue(tenant.Tier, out var tier) ? tier.Storage : null;
        lock (_gate)
        {
            // Settings are read again only where they may say something else.
            if (!ReferenceEquals(tenant, _seen) || ofTier != _ofTier)
                (_limits, _seen, _ofTier) = (StorageQuotas.Of(tenant, snapshot, logger), tenant, ofTier);
            Judge(now);
        }
    }

    /// <summary>Judges anew: a grace may have ended.</summary>
    public void Pass(DateTimeOffset now)
    {
        lock (_gate)
            Judge(now);
    }

    void Judge(DateTimeOffset now) => _isFull = _reading is not null && StorageVerdict.IsFull(_limits, _reading, now);
}
