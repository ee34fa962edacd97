using Microsoft.Extensions.Options;
using Tenancy;

namespace Inbox.Scans.Intake;

/// <summary>
/// Room for files that come in at once: each is in memory until it is stored, and limits for one file bound one only. A
/// tenant has no more than half of it, so that the others have the rest.
/// </summary>
sealed class UploadRoom(IOptions<ScanOptions> options)
{
    readonly Lock _gate = new();
    readonly Dictionary<TenantId, long> _tenants = [];
    long _taken;

    /// <summary>Takes room until it is disposed of; none where there is none.</summary>
    public IDisposable? TryTake(TenantId tenant, long bytes)
    {
        var most = options.Value.MaxUploadBytes;
        lock (_gate)
        {
            var mine = _tenants.GetValueOrDefault(tenant);
            if (bytes > most - _taken || bytes > most / 2 - mine)
                return null;
            _taken += bytes;
            _tenants[tenant] = mine + bytes;
            return new Place(this, tenant, bytes);
        }
    }

    void Leave(TenantId tenant, long bytes)
    {
        lock (_gate)
        {
            _taken -= bytes;
            if ((_tenants[tenant] -= bytes) == 0)
                _tenants.Remove(tenant);
        }
    }

    sealed class Place(UploadRoom room, TenantId tenant, long bytes) : IDisposable
    {
        int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
                room.Leave(tenant, bytes);
        }
    }
}
