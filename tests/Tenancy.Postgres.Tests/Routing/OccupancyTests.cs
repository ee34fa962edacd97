namespace Tenancy.Postgres.Tests;

/// <summary>Who is at work on a session, and to whom it belongs when a tenure ends.</summary>
public sealed class OccupancyTests
{
    readonly Occupancy _occupancy = new();

    [Fact]
    public void A_tenure_that_nobody_is_at_work_in_ends_at_once()
    {
        var tenure = _occupancy.Begin();
        Assert.True(_occupancy.TryEnter(tenure));
        Assert.False(_occupancy.Leave());
        Assert.True(_occupancy.End());
    }

    [Fact]
    public void Whoever_leaves_last_has_the_session()
    {
        var tenure = _occupancy.Begin();
        Assert.True(_occupancy.TryEnter(tenure));
        _occupancy.Join();
        Assert.False(_occupancy.End());
        Assert.False(_occupancy.Leave());
        Assert.True(_occupancy.HasOthers);
        Assert.False(_occupancy.Leave());
        Assert.False(_occupancy.HasOthers);
        Assert.True(_occupancy.Leave());
    }

    [Fact]
    public void Whoever_ends_it_while_at_work_has_it_alone_or_leaves_it()
    {
        var tenure = _occupancy.Begin();
        Assert.True(_occupancy.TryEnter(tenure));
        Assert.True(_occupancy.EndAndLeave());
        tenure = _occupancy.Begin();
        Assert.True(_occupancy.TryEnter(tenure) && _occupancy.TryEnter(tenure));
        Assert.False(_occupancy.EndAndLeave());
        Assert.True(_occupancy.Leave());
    }

    [Fact]
    public void A_number_that_is_over_lets_nobody_in()
    {
        var over = _occupancy.Begin();
        Assert.True(_occupancy.End());
        Assert.False(_occupancy.TryEnter(over) || _occupancy.TryEnterAlone(over));
        var next = _occupancy.Begin();
        Assert.False(_occupancy.TryEnter(over) || _occupancy.TryEnterAlone(over));
        Assert.True(_occupancy.TryEnter(next));
        Assert.False(new Occupancy().TryEnter(next));
    }

    [Fact]
    public void Alone_is_where_nobody_else_is()
    {
        var tenure = _occupancy.Begin();
        Assert.True(_occupancy.TryEnterAlone(tenure));
        Assert.False(_occupancy.TryEnterAlone(tenure));
        Assert.True(_occupancy.TryEnter(tenure));
    }

    /// <summary>Of all who work and end at once, exactly one has the session, and nobody is inside any more.</summary>
    [Fact]
    public async Task One_of_many_has_it()
    {
        for (var round = 0; round < 300; round++)
        {
            var (tenure, inside, owners) = (_occupancy.Begin(), 0, 0);
            using var start = new Barrier(4);
            await Task.WhenAll(Enumerable.Range(0, 4).Select(which => Task.Factory.StartNew(() =>
            {
                start.SignalAndWait();
                if (which == 0)
                {
                    if (_occupancy.End() || _occupancy.Leave())
                        Own();
                    return;
                }

                for (var times = 0; times < 20 && _occupancy.TryEnter(tenure); times++)
                {
                    Interlocked.Increment(ref inside);
                    Thread.SpinWait(10);
                    Interlocked.Decrement(ref inside);
                    if (_occupancy.Leave())
                        Own();
                }
            }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
            Assert.Equal(1, owners);

            void Own()
            {
                Assert.Equal(0, Volatile.Read(ref inside));
                Interlocked.Increment(ref owners);
            }
        }
    }
}
