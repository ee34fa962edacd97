namespace Tenancy.PoolSizing.Tests;

/// <summary>The knee of curves of which it is known.</summary>
public sealed class KneeTests
{
    static readonly int[] Doubling = [2, 4, 8, 16, 32, 64];

    [Theory]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(16)]
    [InlineData(32)]
    public void A_curve_that_rises_to_a_limit_has_its_knee_there(int limit) =>
        Assert.Equal(new Knee(CurveShape.Knee, Array.IndexOf(Doubling, limit)), Find(Doubling, budget => 100 * Math.Min(budget, limit)));

    [Fact]
    public void A_limit_between_two_budgets_gives_the_larger_one() =>
        Assert.Equal(new Knee(CurveShape.Knee, 3), Find(Doubling, budget => 100 * Math.Min(budget, 12)));

    [Fact]
    public void A_curve_that_falls_again_has_its_knee_at_the_top() =>
        Assert.Equal(new Knee(CurveShape.Knee, 2), Find(Doubling, budget => budget <= 8 ? budget * 100 : 800 - 5 * budget));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Noise_of_a_few_percent_does_not_move_it(int seed)
    {
        var random = new Random(seed);
        Assert.Equal(new Knee(CurveShape.Knee, 2), Find(Doubling, budget => 100 * Math.Min(budget, 8) * (0.97 + 0.06 * random.NextDouble())));
    }

    // The controls: curves that have none.
    [Fact]
    public void A_straight_line_has_none() => Assert.Equal(new Knee(CurveShape.Rising, 5), Find(Doubling, budget => 100 * budget));

    [Fact]
    public void A_straight_line_has_none_even_where_its_last_points_are_close() =>
        Assert.Equal(new Knee(CurveShape.Rising, 4), Find([2, 10, 20, 29, 30], budget => 100 * budget));

    [Fact]
    public void A_curve_that_bends_upwards_has_none() => Assert.Equal(new Knee(CurveShape.Rising, 5), Find(Doubling, budget => budget * budget));

    [Fact]
    public void A_curve_that_still_rises_at_its_end_has_none() => Assert.Equal(new Knee(CurveShape.Rising, 5), Find(Doubling, budget => Math.Sqrt(budget)));

    [Fact]
    public void A_flat_curve_has_none_and_the_smallest_budget_does() => Assert.Equal(new Knee(CurveShape.Flat, 0), Find(Doubling, budget => 1000 + budget));

    [Fact]
    public void Two_points_are_no_curve() => Assert.Equal(new Knee(CurveShape.TooFew, 1), Find([2, 4], budget => budget));

    static Knee Find(int[] budgets, Func<int, double> throughput) => Knee.Find([.. budgets.Select(budget => ((double)budget, throughput(budget)))]);
}
