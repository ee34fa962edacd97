namespace Tenancy.PoolSizing.Tests;

/// <summary>Options are read, or every mistake in them is listed at once.</summary>
public sealed class OptionTests
{
    [Fact]
    public void Every_mistake_is_listed_at_once_with_its_key_its_value_and_a_remedy()
    {
        var (options, mistakes) = OptionParser.Parse(
        [
            "--budget", "1,4", "--concurrency", "x", "--rate", "0", "--tenants", "0", "--isolation", "rows", "--work", "nap", "--skew", "-1", "--delay", "5",
            "--duration", "1ms", "--warmup", "later", "--rounds", "1.5", "--target-p99", "0ms", "--output", " ", "--connection", "Host=;Bogus=1", "--nonsense", "7",
        ]);
        Assert.Null(options);
        var values = new Dictionary<string, string?>
        {
            ["--budget"] = "1,4", ["--concurrency"] = "x", ["--tenants"] = "0", ["--isolation"] = "rows", ["--work"] = "nap", ["--skew"] = "-1", ["--delay"] = "5",
            ["--duration"] = "1ms", ["--warmup"] = "later", ["--rounds"] = "1.5", ["--target-p99"] = "0ms", ["--output"] = " ", ["--nonsense"] = "7",
        };
        foreach (var (key, value) in values)
            Assert.Single(mistakes, mistake => mistake.StartsWith($"{key} is '{value}'. ", StringComparison.Ordinal));
        Assert.Equal(2, mistakes.Count(mistake => mistake.StartsWith("--rate is '0'. ", StringComparison.Ordinal)));
        Assert.Single(mistakes, mistake => mistake.StartsWith("--connection: ", StringComparison.Ordinal));
        Assert.Equal(values.Count + 3, mistakes.Count);
    }

    [Fact]
    public void A_connection_string_is_never_shown()
    {
        var (_, mistakes) = OptionParser.Parse(["--connection", "Password=hunter2;Nonsense=1"]);
        Assert.DoesNotContain("hunter2", Assert.Single(mistakes), StringComparison.Ordinal);
    }

    [Fact]
    public void Good_options_are_read()
    {
        var (options, mistakes) = OptionParser.Parse(
        [
            "--budget", "16,2,2", "--rate", "500,100", "--tenants", "7", "--isolation", "mixed,row", "--work", "point=8,sleep:10ms=0.5", "--skew", "0.8",
            "--delay", "1.5ms", "--duration", "2s", "--warmup", "0", "--rounds", "2", "--target-p99", "500us",
        ]);
        Assert.Empty(mistakes);
        Assert.NotNull(options);
        Assert.Equal([2, 16], options.Budgets);
        Assert.Equal([LoadLevel.Rate(100), LoadLevel.Rate(500)], options.Loads);
        Assert.Equal([FleetKind.Row, FleetKind.Mixed], options.Isolations);
        Assert.Equal("point=8,sleep:10ms=0.5", options.Work.ToString());
        Assert.Equal(TimeSpan.FromMicroseconds(1500), options.Delay);
        Assert.Equal(TimeSpan.FromMicroseconds(500), options.TargetP99);
        Assert.Equal((TimeSpan.Zero, 2, 0.8), (options.WarmUp, options.Rounds, options.Skew));
    }

    [Theory]
    [InlineData("--budget")]
    [InlineData("--budget", "2", "--budget", "4")]
    [InlineData("--budget", "181")]
    [InlineData("--quick", "--duration", "1m")]
    [InlineData("--quick", "--duration", "10s")]
    [InlineData("--quick", "--tenants", "101")]
    [InlineData("--connection", "Host=/run/postgresql;Username=postgres", "--delay", "1ms")]
    [InlineData("--work", "sleep:")]
    [InlineData("--work", "point=0")]
    [InlineData("--work", "point,")]
    [InlineData("--isolation", "row,")]
    public void What_cannot_be_is_refused(params string[] arguments)
    {
        var (options, mistakes) = OptionParser.Parse(arguments);
        Assert.Null(options);
        Assert.Single(mistakes);
    }

    [Fact]
    public void A_given_server_may_have_more_than_ours()
    {
        var (options, _) = OptionParser.Parse(["--budget", "400", "--connection", "Host=db;Username=postgres"]);
        Assert.Equal([400], options!.Budgets);
    }

    [Fact]
    public void The_defaults_and_the_quick_ones_are_good()
    {
        Assert.NotNull(OptionParser.Parse([]).Options);
        var quick = OptionParser.Parse(["--quick"]).Options;
        Assert.NotNull(quick);
        Assert.InRange(quick.MeasuringTime, TimeSpan.Zero, OptionParser.QuickLimit);
        Assert.Equal(quick.Duration, quick.After(TimeSpan.FromSeconds(10)).Duration);
        Assert.InRange(TimeSpan.FromSeconds(35) + quick.After(TimeSpan.FromSeconds(35)).MeasuringTime, TimeSpan.Zero, TimeSpan.FromSeconds(46));
    }

    [Fact]
    public async Task Help_names_every_option_and_a_mistake_ends_with_status_2()
    {
        var (output, errors) = (new StringWriter(), new StringWriter());
        Assert.Equal(0, await PoolSizingCommand.RunAsync(["--help"], output, errors, isTerminal: false, CancellationToken.None));
        Assert.All(Usage.Options.Keys, key => Assert.Contains($"  {key}", output.ToString(), StringComparison.Ordinal));
        Assert.Equal("", errors.ToString());
        Assert.Equal(2, await PoolSizingCommand.RunAsync(["--rounds", "no"], output, errors, isTerminal: false, CancellationToken.None));
        Assert.Contains("--rounds is 'no'.", errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_that_cannot_be_used_is_refused_with_every_reason()
    {
        var options = new SizingOptions { Budgets = [64] };
        Assert.Empty(GivenServer.Judge(options, isSuperuser: true, 150_002, "15.2", free: 70, []));
        Assert.Equal(4, GivenServer.Judge(options, isSuperuser: false, 140_010, "14.10", free: 69, ["tenancy_app"]).Count());
    }
}
