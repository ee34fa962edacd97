using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Tenancy.Benchmarks;

/// <summary>
/// A decision of the tenants' limiter against one of the framework's partitioned token bucket, for the same random
/// tenants, in turn, round by round. Both are given the tenant's object; the framework's key is its id. Beside them runs what
/// no limiter can be below: the same algorithm, bare, over words that lie side by side, without tenants; and both again
/// for tenants that were just looked at.
/// </summary>
internal sealed class Limits : IBenchmark
{
    const int Rounds = 15;

    public string Name => "limits";

    public string Summary => "a decision of the limiter against the framework's PartitionedRateLimiter, its bytes, and its state";

    public async Task RunAsync(Report report, bool quick)
    {
        report.Say("Decisions per second against PartitionedRateLimiter with token buckets, all admitted; tenants at random.");
        foreach (var tenants in new[] { 1_000, 100_000 })
        {
            foreach (var threads in new[] { 1, 2 })
                await CompareAsync(report, tenants, threads, quick ? 5 : Rounds, quick ? 200_000 : 1_000_000);
        }

        Weigh(report, quick ? 20_000 : 100_000);
    }

    static async Task CompareAsync(Report report, int count, int threads, int rounds, int decisions)
    {
        var subject = new Subject(count);
        await using var framework = PartitionedRateLimiter.Create<Tenant, Guid>(tenant => RateLimitPartition.GetTokenBucketLimiter(
            tenant.Id.Value, static _ => new TokenBucketRateLimiterOptions
            {
                TokenLimit = 1_000_000, TokensPerPeriod = 1_000_000, ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            }));
        var (limits, tenants) = (subject.Limits, subject.Tenants);
        Func<Tenant, bool> ours = tenant => limits.TryAcquire(tenant, LimitMeters.Requests).IsAllowed;
        Func<Tenant, bool> theirs = tenant => framework.AttemptAcquire(tenant).IsAcquired;
        foreach (var tenant in tenants)
            _ = ours(tenant) & theirs(tenant);

        var words = Enumerable.Range(0, count).Select(_ => new Word()).ToArray();
        var sides = new Func<int, (double Nanoseconds, double Bytes)>[]
        {
            round => Measure(theirs, tenants, threads, decisions, round),
            round => Measure(ours, tenants, threads, decisions, round),
            round => Measure(Bare, words, threads, decisions, round),
            round => MeasureResolved(theirs, tenants, threads, decisions, round),
            round => MeasureResolved(ours, tenants, threads, decisions, round),
        };
        var (ratios, floors, resolved, bytes) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        for (var round = -1; round < rounds; round++)
        {
            var results = new (double Nanoseconds, double Bytes)[sides.Length];
            for (var i = 0; i < sides.Length; i++)
            {
                var side = round % 2 == 0 ? i : sides.Length - 1 - i;
                results[side] = sides[side](round);
            }

            if (round < 0)
                continue;
            var (other, own, bare) = (results[0], results[1], results[2]);
            ratios.Add(other.Nanoseconds / own.Nanoseconds);
            floors.Add(other.Nanoseconds / bare.Nanoseconds);
            resolved.Add(results[3].Nanoseconds / results[4].Nanoseconds);
            bytes.Add(own.Bytes);
            report.Say($"{count} tenants, {threads} threads: {own.Nanoseconds:0.0} ns against {other.Nanoseconds:0.0} ns ({other.Bytes:0} bytes); bare {bare.Nanoseconds:0.0} ns; " +
                $"resolved {results[4].Nanoseconds:0.0} ns against {results[3].Nanoseconds:0.0} ns");
        }

        var size = count == 1_000 ? "1k" : "100k";
        report.Figure($"limits.vs-framework.{size}.{threads}", Spread.Of(ratios));
        report.Figure($"limits.bare-vs-framework.{size}.{threads}", Spread.Of(floors));
        report.Figure($"limits.resolved-vs-framework.{size}.{threads}", Spread.Of(resolved));
        if (count == 1_000 && threads == 1)
            report.Figure("limits.bytes-per-decision", Spread.Of(bytes));
    }

    /// <summary>GCRA in nanoseconds, a million a second: the clock, a comparison and an exchange.</summary>
    static bool Bare(Word word)
    {
        var now = Stopwatch.GetTimestamp();
        while (true)
        {
            var seen = Volatile.Read(ref word.Time);
            var next = Math.Max(seen, now) + 1_000;
            if (next - now > 1_000_000_000)
                return false;
            if (Interlocked.CompareExchange(ref word.Time, next, seen) == seen)
                return true;
        }
    }

    /// <summary>Nanoseconds of one thread, and bytes allocated, for each decision.</summary>
    static (double Nanoseconds, double Bytes) Measure<T>(Func<T, bool> decide, T[] tenants, int threads, int decisions, int seed)
    {
        GC.Collect();
        var allocated = new long[threads];
        var clock = Stopwatch.StartNew();
        Run(threads, worker =>
        {
            var draw = new Draw(seed, worker);
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < decisions; i++)
            {
                if (!decide(tenants[draw.Next(tenants.Length)]))
                    throw new InvalidOperationException("A decision refused.");
            }

            allocated[worker] = GC.GetAllocatedBytesForCurrentThread() - before;
        });
        return (clock.Elapsed.TotalNanoseconds / decisions, (double)allocated.Sum() / decisions / threads);
    }

    /// <summary>
    /// The same as in a request, where a tenant was resolved just before: its object, and nothing of a limiter's, is in the
    /// cache. Sixteen tenants at a time, so that the timer costs little.
    /// </summary>
    static (double Nanoseconds, double Bytes) MeasureResolved(Func<Tenant, bool> decide, Tenant[] tenants, int threads, int decisions, int seed)
    {
        const int Batch = 16;
        GC.Collect();
        var spent = new long[threads];
        Run(threads, worker =>
        {
            var draw = new Draw(seed, worker);
            var batch = new Tenant[Batch];
            var sum = 0L;
            for (var i = 0; i < decisions; i += Batch)
            {
                foreach (ref var tenant in batch.AsSpan())
                {
                    tenant = tenants[draw.Next(tenants.Length)];
                    if (tenant.Status != TenantStatus.Active || tenant.Placement is null || tenant.Id == default)
                        throw new InvalidOperationException("A tenant is not active.");
                }

                var before = Stopwatch.GetTimestamp();
                foreach (var tenant in batch)
                {
                    if (!decide(tenant))
                        throw new InvalidOperationException("A decision refused.");
                }

                sum += Stopwatch.GetTimestamp() - before;
            }

            spent[worker] = sum;
        });
        return (Stopwatch.GetElapsedTime(0, spent.Sum()).TotalNanoseconds / decisions / threads, 0);
    }

    static void Run(int threads, Action<int> work)
    {
        var workers = Enumerable.Range(0, threads).Select(worker => new Thread(() => work(worker))).ToArray();
        foreach (var worker in workers)
            worker.Start();
        foreach (var worker in workers)
            worker.Join();
    }

    static void Weigh(Report report, int count)
    {
        var (one, three) = (BytesPerTenant(count, new RequestLimits { PerSecond = 1000 }),
            BytesPerTenant(count, new RequestLimits { PerSecond = 1000, PerDay = 1_000_000, PerMonth = 10_000_000 }));
        report.Figure("limits.bytes-per-tenant", new Spread(one, one, one));
        var policy = (three - one) / 2;
        report.Figure("limits.bytes-per-policy", new Spread(policy, policy, policy));
    }

    /// <summary>What a limiter keeps for tenants with these policies, once all of them were seen; what it keeps in their objects too.</summary>
    static double BytesPerTenant(int count, RequestLimits requests)
    {
        var subject = new Subject(count, requests);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        foreach (var tenant in subject.Tenants)
            subject.Limits.TryAcquire(tenant, LimitMeters.Requests);
        var after = GC.GetTotalMemory(forceFullCollection: true);
        GC.KeepAlive(subject);
        return (double)(after - before) / count + Unsafe.SizeOf<LimitAttachment>();
    }

    /// <summary>Cheaper than Random, and the same for both.</summary>
    struct Draw(int seed, int worker)
    {
        uint _state = (uint)(seed * 31 + worker + 1) * 2_654_435_761u | 1;

        public int Next(int below)
        {
            _state ^= _state << 13;
            _state ^= _state >> 17;
            _state ^= _state << 5;
            return (int)((ulong)_state * (uint)below >> 32);
        }
    }

    sealed class Word
    {
        public long Time;
    }

    sealed class Subject : ITenantCatalog
    {
        public Subject(int count, RequestLimits? requests = null)
        {
            Current = CatalogMemory.Snapshot(count).With(
                [], [], [new Tier { Name = "starter", Requests = requests ?? new RequestLimits { PerSecond = RequestLimits.MaxPerSecond } }], 2, DateTimeOffset.UnixEpoch);
            Tenants = [.. Current.Tenants];
            Limits = new TenantLimits(this, TimeProvider.System, NullLogger<TenantLimits>.Instance);
        }

        public TenantCatalogSnapshot Current { get; }

        public Tenant[] Tenants { get; }

        public TenantLimits Limits { get; }

        public Task<TenantCatalogSnapshot> RefreshAsync(CancellationToken cancellationToken = default) => Task.FromResult(Current);

    }
}
