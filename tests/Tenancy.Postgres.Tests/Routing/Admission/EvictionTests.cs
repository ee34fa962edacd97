using Npgsql;

namespace Tenancy.Postgres.Tests;

/// <summary>Whose idle connection is closed for whom, on a clock that stands still.</summary>
public sealed class EvictionTests : IDisposable
{
    readonly StillTime _time = new();
    readonly RouterMetrics _metrics = new();
    readonly ServerBudget _budget;

    public EvictionTests() => _budget = new ServerBudget("eviction", 3, _time, _metrics);

    [Fact]
    public void A_database_that_has_a_connection_waits_for_it()
    {
        var (busy, other) = (Pool("busy"), Pool("other"));
        var held = Lease(busy);
        Idle(other);
        Idle(other);
        var waiter = Ask(busy);
        Assert.False(waiter.Task.IsCompleted);
        Assert.Equal(2, other.Idle.Count);
        _budget.Return(held);
        Assert.True(waiter.Task.IsCompletedSuccessfully);
        Assert.Equal(2, other.Idle.Count);
    }

    [Fact]
    public void One_that_has_none_takes_the_place_of_one_whose_database_keeps_another()
    {
        var (first, second) = (Pool("first"), Pool("second"));
        Idle(first);
        _time.Now += 1;
        Idle(second);
        _time.Now += 1;
        Idle(second);
        var waiter = Ask(Pool("cold"));
        Assert.Equal((1, 1), (first.Idle.Count, second.Idle.Count));
        // The slot is counted until the server has surely freed it.
        Assert.False(waiter.Task.IsCompleted);
        Assert.Equal(3, _budget.Used);
    }

    [Fact]
    public void Where_each_has_one_it_takes_the_place_of_the_one_that_was_idle_for_longest()
    {
        var pools = new[] { Pool("first"), Pool("second"), Pool("third") };
        foreach (var pool in pools)
        {
            Idle(pool);
            _time.Now += 1;
        }

        Ask(Pool("cold"));
        Assert.Equal([0, 1, 1], pools.Select(pool => pool.Idle.Count));
    }

    [Fact]
    public void A_database_keeps_its_only_connection_from_one_that_only_wants_more()
    {
        var (busy, first, second) = (Pool("busy"), Pool("first"), Pool("second"));
        Lease(busy);
        Idle(first);
        Idle(second);
        Ask(busy);
        _time.Now += _time.TimestampFrequency;
        Ask(busy);
        Assert.Equal((1, 1), (first.Idle.Count, second.Idle.Count));
    }

    [Fact]
    public void Whoever_has_waited_long_enough_gets_another_databases_after_all()
    {
        var (busy, other) = (Pool("busy"), Pool("other"));
        Lease(busy);
        Idle(other);
        Idle(other);
        Ask(busy);
        _time.Now += _time.TimestampFrequency;
        // Anything that happens makes the budget look again; with a real clock its timer does.
        Ask(busy);
        Assert.Equal(1, other.Idle.Count);
    }

    public void Dispose()
    {
        _budget.Dispose();
        _metrics.Dispose();
    }

    SessionPool Pool(string database) => new(_budget, database, capacity: 3, isShared: false);

    Waiter Ask(SessionPool pool)
    {
        var waiter = new Waiter(pool, _budget.ShareOf(TenantId.Create(TimeProvider.System)));
        _budget.Request(waiter);
        return waiter;
    }

    Session Lease(SessionPool pool)
    {
        var waiter = Ask(pool);
        // Never opened: the budget only counts and closes.
        var session = waiter.Task.GetAwaiter().GetResult() ?? new Session(pool, new NpgsqlConnection());
        session.Begin(waiter.Share, waiter.Charge);
        return session;
    }

    void Idle(SessionPool pool)
    {
        var waiter = Ask(pool);
        var session = new Session(pool, new NpgsqlConnection());
        session.Begin(waiter.Share, waiter.Charge);
        // Kept as a second one, although the first of this pool may be idle too.
        if (waiter.Task.GetAwaiter().GetResult() is { } same)
        {
            same.Begin(waiter.Share, waiter.Charge);
            var another = Lease(pool);
            _budget.Return(same);
            _budget.Return(another);
            return;
        }

        _budget.Return(session);
    }
}
