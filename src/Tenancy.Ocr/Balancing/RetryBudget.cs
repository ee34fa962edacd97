namespace Tenancy;

/// <summary>
/// Keeps repeats from making an overload worse: each failure takes a token, each success gives a part of one back, and
/// nothing is repeated while half or fewer are left (gRPC's proposal A6, "Throttling Retry Attempts").
/// </summary>
internal sealed class RetryBudget
{
    const double Most = 10;
    const double Ratio = 0.1;

    readonly Lock _gate = new();
    double _tokens = Most;

    public void Succeeded()
    {
        lock (_gate)
            _tokens = Math.Min(Most, _tokens + Ratio);
    }

    public void Failed()
    {
        lock (_gate)
            _tokens = Math.Max(0, _tokens - 1);
    }

    public bool MayRetry
    {
        get
        {
            lock (_gate)
                return _tokens > Most / 2;
        }
    }
}
