namespace Tenancy;

/// <summary>Keeps second calls for the same image to one in twenty.</summary>
internal sealed class HedgeBudget
{
    const double Share = 0.05;

    readonly Lock _gate = new();
    double _tokens = 1;

    public void Count()
    {
        lock (_gate)
            _tokens = Math.Min(10, _tokens + Share);
    }

    public bool TryTake()
    {
        lock (_gate)
        {
            if (_tokens < 1)
                return false;
            _tokens--;
            return true;
        }
    }
}
