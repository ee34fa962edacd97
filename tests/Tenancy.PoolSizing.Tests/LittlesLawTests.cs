namespace Tenancy.PoolSizing.Tests;

public sealed class LittlesLawTests
{
    [Theory]
    [InlineData(1000, 2, 2)]
    [InlineData(9800, 0.82, 8.036)]
    [InlineData(0, 5, 0)]
    public void Connections_in_use_are_throughput_times_hold(double throughput, double hold, double busy) =>
        Assert.Equal(busy, LittlesLaw.Busy(throughput, hold), 6);

    [Theory]
    [InlineData(4, 6)]
    [InlineData(9, 12)]
    [InlineData(8, 11)]
    [InlineData(0, 2)]
    public void Needed_are_their_root_more(double busy, int needed) => Assert.Equal(needed, LittlesLaw.Needed(busy));

    [Fact]
    public void Processes_need_more_together_than_one_alone()
    {
        Assert.Equal(20, LittlesLaw.NeededPerProcess(16, 1));
        Assert.Equal(6, LittlesLaw.NeededPerProcess(16, 4));
        Assert.True(4 * LittlesLaw.NeededPerProcess(16, 4) > LittlesLaw.NeededPerProcess(16, 1));
    }

    /// <summary>The law holds for what a simulated server does, whatever the times are.</summary>
    [Fact]
    public void It_holds_in_a_simulation()
    {
        var random = new Random(1);
        var (clock, held, busyTime) = (0.0, 0.0, 0.0);
        var ends = new PriorityQueue<int, double>();
        const int Requests = 20_000;
        for (var i = 0; i < Requests; i++)
        {
            var next = clock - Math.Log(1 - random.NextDouble()) / 1000;
            for (; ends.TryPeek(out _, out var end) && end <= next; ends.Dequeue())
            {
                busyTime += ends.Count * (end - clock);
                clock = end;
            }

            busyTime += ends.Count * (next - clock);
            clock = next;
            var hold = random.NextDouble() * 0.01;
            held += hold;
            ends.Enqueue(i, clock + hold);
        }

        Assert.Equal(busyTime / clock, LittlesLaw.Busy(Requests / clock, held / Requests * 1000), 0.05);
    }
}
