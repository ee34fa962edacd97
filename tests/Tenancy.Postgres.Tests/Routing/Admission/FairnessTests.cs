namespace Tenancy.Postgres.Tests;

/// <summary>Who gets the next connection when there are too few.</summary>
public sealed class FairnessTests
{
    const int Connections = 8;

    static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    static readonly TimeSpan Cost = TimeSpan.FromMilliseconds(10);

    [Fact]
    public void Twenty_tenants_get_the_same_whatever_they_ask_for()
    {
        using var rush = new Rush(Connections);
        for (var tenant = 1; tenant <= 20; tenant++)
            rush.Add(clients: tenant * 5, Cost);
        var (held, used) = rush.Run(Minute);
        Assert.InRange(Rush.Jain(held.Values), 0.99, 1);
        Assert.InRange(used, 0.99, 1);
    }

    [Fact]
    public void First_come_first_served_would_not_pass_that_test()
    {
        // What a queue without tenants gives them: as much as they ask for.
        var served = Enumerable.Range(1, 20).Select(tenant => tenant * 5.0);
        Assert.InRange(Rush.Jain(served), 0, 0.9);
    }

    [Fact]
    public void Time_is_shared_and_not_the_number_of_leases()
    {
        using var rush = new Rush(Connections);
        for (var tenant = 0; tenant < 10; tenant++)
            rush.Add(clients: 10, tenant < 5 ? Cost : Cost * 20);
        var (held, _) = rush.Run(Minute);
        Assert.InRange(Rush.Jain(held.Values), 0.99, 1);
    }

    [Fact]
    public void Weights_are_honoured()
    {
        using var rush = new Rush(Connections);
        int[] weights = [1, 2, 4, 8];
        var shares = weights.Select((weight, i) => rush.Add(clients: 20, Cost * (1 + 5 * i), weight)).ToArray();
        var (held, _) = rush.Run(Minute);
        Assert.InRange(Rush.Jain(shares.Select(share => held[share] / share.Weight)), 0.99, 1);
    }

    [Fact]
    public void One_tenant_alone_leaves_a_quarter_to_those_who_come()
    {
        using var rush = new Rush(Connections);
        var alone = rush.Add(clients: 100, Cost);
        var (_, used) = rush.Run(Minute);
        Assert.Equal(6, rush.Budget.MostPerTenant);
        Assert.InRange(used, 0.74, 0.76);
        Assert.Equal(6, alone.Held);
    }

    [Fact]
    public void A_tier_bounds_what_its_tenant_holds()
    {
        using var rush = new Rush(Connections);
        var bounded = rush.Add(clients: 100, Cost, most: 2);
        var other = rush.Add(clients: 100, Cost);
        var (held, _) = rush.Run(Minute);
        Assert.InRange(bounded.Held, 0, 2);
        Assert.InRange(held[bounded] / held[other], 2.0 / 6 - 0.02, 2.0 / 6 + 0.02);
    }

    [Fact]
    public void A_tenant_with_a_long_queue_does_not_keep_another_waiting()
    {
        using var rush = new Rush(Connections);
        var aggressor = rush.Add(clients: 1000, Cost);
        var victim = rush.Add(clients: 1, Cost);
        var (held, _) = rush.Run(Minute);
        // One client that asks again at once can hold one connection all the time, and no more.
        Assert.InRange(held[victim] / Minute.TotalSeconds / System.Diagnostics.Stopwatch.Frequency, 0.9, 1);
        Assert.InRange(aggressor.Held, 1, 6);
    }

    [Theory]
    [InlineData(1, 6)]
    [InlineData(20, 4)]
    public void A_tenant_whose_statements_last_long_leaves_more_to_the_others(int dearer, int most)
    {
        using var rush = new Rush(Connections);
        var aggressor = rush.Add(clients: 100, Cost * dearer);
        rush.Add(clients: 1, Cost);
        rush.Add(clients: 1, Cost);
        rush.Run(Minute);
        Assert.Equal(most, aggressor.Held);
    }
}
