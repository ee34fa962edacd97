using System.Diagnostics;

namespace Tenancy.Postgres.Tests;

/// <summary>
/// Tenants that always want more connections than there are, against the real budget and a clock of its own: what each
/// got is exact, and the same every time.
/// </summary>
internal sealed class Rush : IDisposable
{
    readonly StillTime _time = new();
    readonly RouterMetrics _metrics = new();
    readonly ServerBudget _budget;
    readonly SessionPool _pool;
    readonly List<Client> _clients = [];

    public Rush(int connections)
    {
        _budget = new ServerBudget("rush", connections, _time, _metrics);
        _pool = new SessionPool(_budget, "shared", connections, isShared: true);
    }

    public ServerBudget Budget => _budget;

    /// <summary>Adds a tenant with so many clients, each of which asks again as soon as it was served.</summary>
    public TenantShare Add(int clients, TimeSpan cost, int weight = 1, int? most = null)
    {
        var share = _budget.ShareOf(TenantId.Create(TimeProvider.System));
        share.Weight = weight;
        share.MaxConcurrent = most ?? int.MaxValue;
        for (var i = 0; i < clients; i++)
            _clients.Add(new Client(share, (long)(cost.TotalSeconds * Stopwatch.Frequency)));
        return share;
    }

    /// <summary>Lets time pass, and returns how long each tenant held connections, and how much of all time they were held.</summary>
    public (Dictionary<TenantShare, double> Held, double Used) Run(TimeSpan time)
    {
        var held = _clients.Select(client => client.Share).Distinct().ToDictionary(share => share, _ => 0.0);
        foreach (var client in _clients)
            client.Ask(_pool);
        var end = (long)(time.TotalSeconds * Stopwatch.Frequency);
        while (_time.Now < end)
        {
            foreach (var client in _clients)
                client.Begin(_time.Now);
            var next = _clients.Where(client => client.Until is not null).MinBy(client => client.Until)!;
            _time.Now = next.Until!.Value;
            held[next.Share] += next.Cost;
            next.Leave(_budget);
            next.Ask(_pool);
        }

        return (held, held.Values.Sum() / ((double)end * _budget.Limit));
    }

    public void Dispose()
    {
        _budget.Dispose();
        _metrics.Dispose();
    }

    /// <summary>Jain's index: 1 where all are equal, 1/n where one has all.</summary>
    public static double Jain(IEnumerable<double> values)
    {
        var all = values.ToArray();
        return all.Sum() * all.Sum() / (all.Length * all.Sum(value => value * value));
    }

    sealed class Client(TenantShare share, long cost)
    {
        Waiter? _waiter;
        Session? _session;

        public TenantShare Share { get; } = share;

        public long Cost { get; } = cost;

        public long? Until { get; private set; }

        public void Ask(SessionPool pool)
        {
            _waiter = new Waiter(pool, Share);
            pool.Budget.Request(_waiter);
        }

        /// <summary>Begins the lease once it was granted.</summary>
        public void Begin(long now)
        {
            if (Until is not null || _waiter is not { Task.IsCompletedSuccessfully: true })
                return;
            // Nothing is sent on it: the budget never looks at the driver's connection.
            _session = _waiter.Task.GetAwaiter().GetResult() ?? new Session(_waiter.Pool, null!);
            _session.Begin(Share, _waiter.Charge);
            Until = now + Cost;
        }

        public void Leave(ServerBudget budget)
        {
            Until = null;
            budget.Return(_session!);
        }
    }
}
