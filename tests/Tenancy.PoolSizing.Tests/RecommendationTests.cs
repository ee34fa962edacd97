namespace Tenancy.PoolSizing.Tests;

public sealed class RecommendationTests
{
    [Fact]
    public void Without_a_target_the_knee_is_recommended()
    {
        var one = Recommendation.For(Sample.Of(Sample.At(2, 200), Sample.At(4, 400), Sample.At(8, 410), Sample.At(16, 405)), null);
        Assert.Equal(4, one.Choice!.Point.Budget);
        Assert.True(one.IsSettled);
        Assert.StartsWith("The knee is at 4: 400/s", one.Reasons[0], StringComparison.Ordinal);
        Assert.Contains(one.Reasons, reason => reason.Contains("400/s x 1.25 ms = 0.5 connections", StringComparison.Ordinal));
    }

    [Fact]
    public void Where_there_is_no_knee_it_says_so() =>
        Assert.StartsWith("There is no knee within the sweep", Recommendation.For(Sample.Of(Sample.At(2, 200), Sample.At(4, 400), Sample.At(8, 800)), null).Reasons[0], StringComparison.Ordinal);

    [Fact]
    public void Where_it_is_the_clients_that_are_too_few_it_says_so()
    {
        const string Clients = "Throughput rises until each of the 32 clients has a connection.";
        var few = Recommendation.For(Sample.Of(Sample.At(8, 200), Sample.At(16, 400), Sample.At(32, 800)), null);
        Assert.StartsWith(Clients, few.Reasons[0], StringComparison.Ordinal);
        var more = Recommendation.For(Sample.Of(Own(16, 200), Own(32, 400), Own(64, 800)), null);
        Assert.StartsWith("There is no knee", more.Reasons[0], StringComparison.Ordinal);

        static Measurement Own(int budget, double throughput) => Sample.At(budget, throughput, isolation: FleetKind.Database);
    }

    [Fact]
    public void A_shared_pool_needs_no_more_connections_than_there_are_clients()
    {
        var one = Recommendation.For(Sample.Of(Sample.At(16, 200), Sample.At(32, 400), Sample.At(64, 480), Sample.At(128, 470)), null);
        Assert.Equal(32, one.Choice!.Point.Budget);
        Assert.Contains("83 % of the best (480/s with 64)", one.Reasons[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_target_takes_the_smallest_budget_that_holds_it()
    {
        var series = Sample.Of(Sample.At(2, 200, p99: 90), Sample.At(4, 390, p99: 21), Sample.At(8, 400, p99: 19), Sample.At(16, 400, p99: 8), Sample.At(32, 400, p99: 25));
        var one = Recommendation.For(series, TimeSpan.FromMilliseconds(20));
        Assert.Equal(8, one.Choice!.Point.Budget);
        Assert.Contains(one.Reasons, reason => reason.Contains("A larger one, 32,", StringComparison.Ordinal));
    }

    [Fact]
    public void A_target_that_none_holds_has_no_recommendation()
    {
        var one = Recommendation.For(Sample.Of(Sample.At(2, 200, p99: 90), Sample.At(4, 390, p99: 21)), TimeSpan.FromMilliseconds(20));
        Assert.Null(one.Choice);
        Assert.Contains("the best is 21.0 ms with 4", one.Reasons[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_point_with_errors_is_never_recommended()
    {
        var one = Recommendation.For(Sample.Of(Sample.At(2, 200, p99: 5, errors: 1), Sample.At(4, 390, p99: 5)), TimeSpan.FromMilliseconds(20));
        Assert.Equal(4, one.Choice!.Point.Budget);
        Assert.Contains("Left out for errors: 2.", one.Reasons);
    }

    [Fact]
    public void An_open_load_has_to_be_served()
    {
        var load = LoadLevel.Rate(500);
        var series = Sample.Of(
            Sample.At(2, 300, p99: 5, load: load, offered: 500), Sample.At(4, 490, p99: 50, load: load, offered: 505), Sample.At(8, 500, p99: 6, load: load, offered: 500));
        Assert.Equal(8, Recommendation.For(series, null).Choice!.Point.Budget);
        Assert.Equal(4, Recommendation.For(series, TimeSpan.FromMilliseconds(60)).Choice!.Point.Budget);
        var none = Recommendation.For(Sample.Of(Sample.At(2, 300, load: load, offered: 500), Sample.At(4, 310, load: load, offered: 500)), TimeSpan.FromSeconds(1));
        Assert.Null(none.Choice);
        Assert.StartsWith("No budget serves 500/s", none.Reasons[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_plateau_of_closing_connections_for_one_another_is_no_knee()
    {
        var one = Recommendation.For(Sample.Of(Sample.At(2, 100, evicted: 60), Sample.At(4, 200, evicted: 90), Sample.At(8, 205, evicted: 90)), null);
        Assert.Equal(8, one.Choice!.Point.Budget);
        Assert.False(one.IsSettled);
        Assert.Contains("too small for the databases in use", one.Reasons[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Rounds_are_put_together_by_their_median()
    {
        var series = Sample.Of(Sample.At(2, 100, p99: 9), Sample.At(2, 300, p99: 1, round: 2), Sample.At(2, 120, p99: 2, round: 3, errors: 4));
        var point = Assert.Single(series.Points);
        Assert.Equal((120, 2, 4), (point.Throughput, point.P99, point.Errors));
    }
}
