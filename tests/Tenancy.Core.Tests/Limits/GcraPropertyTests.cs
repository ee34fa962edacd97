namespace Tenancy.Core.Tests;

/// <summary>
/// Random arrivals, costs, changes of the limit and jumps of the clock, against a bucket of real numbers that is refilled
/// continuously. A failure names its seed: TENANCY_SEED repeats it.
/// </summary>
public sealed class GcraPropertyTests
{
    const int Patterns = 10_000;

    [Fact]
    public void Never_more_than_burst_and_rate_and_never_one_less_than_ideal()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("TENANCY_SEED"), out var given) ? given : Random.Shared.Next();
        for (var pattern = 0; pattern < Patterns; pattern++)
            new Pattern(new Random(unchecked(seed + pattern)), FormattableString.Invariant($"TENANCY_SEED={unchecked(seed + pattern)}")).Run();
    }

    [Fact]
    public void A_limiter_that_admits_two_too_many_is_caught()
    {
        Assert.ThrowsAny<Exception>(() =>
        {
            for (var pattern = 0; pattern < 100; pattern++)
                new Pattern(new Random(pattern), "control") { Bonus = 2 }.Run();
        });
    }

    sealed class Pattern(Random random, string name)
    {
        readonly ManualTime _time = new();
        readonly List<(double At, long Admitted)> _unit = [];

        public int Bonus { get; init; }

        public void Run()
        {
            var clock = new LimitClock(_time);
            var limit = Draw();
            LimitCell cell = new RateCell(new LimitPolicy("x", limit));
            // What is left in the ideal bucket that follows our decisions.
            double level = limit.Burst, blurred = 0;
            double ideal = limit.Burst, now = 0;
            var (changed, onlyOnes, idealAdmitted, admitted) = (false, random.Next(2) == 0, 0L, 0L);
            var steps = random.Next(5, 80);
            for (var step = 0; step < steps; step++)
            {
                var gap = Gap(limit);
                _time.Pass(gap);
                now += gap / 1e9;
                level = Math.Min(limit.Burst, level + gap / 1e9 * limit.Rate);
                ideal = Math.Min(limit.Burst, ideal + gap / 1e9 * limit.Rate);
                switch (random.Next(12))
                {
                    case 0:
                        var next = Draw();
                        level *= (double)next.Burst / limit.Burst;
                        // A part of a burst is known to a unit of the old limit: half a permit at 4,000,000,000 a second.
                        blurred = (blurred + 2d / (1L << new Gcra(limit).Shift)) * next.Burst / limit.Burst + 1d / (1L << new Gcra(next).Shift);
                        (cell, limit, changed) = (cell.Become(new LimitPolicy("x", next), clock), next, true);
                        break;
                    case 1 when !onlyOnes:
                        var back = random.NextInt64(0, limit.Burst);
                        cell.Charge(-back, clock);
                        level = Math.Min(limit.Burst, level + back);
                        changed = true;
                        break;
                    case 2 when !onlyOnes && level >= 0:
                        var debt = random.NextInt64(0, limit.Burst);
                        cell.Charge(debt, clock);
                        level -= debt;
                        changed = true;
                        break;
                    default:
                        var cost = onlyOnes ? 1 : random.NextInt64(0, limit.Burst + 1);
                        if (Bonus > 0)
                            cell.Charge(-Bonus, clock);
                        var taken = cell.Take(cost, clock).Outcome == Taking.Taken;
                        // Doubles of 4e9 are that exact.
                        var blur = 1e-5 + limit.Burst * 1e-12;
                        Assert.True(!taken || level >= cost - 1 - blurred - blur, $"{name}: admitted {cost} of {level}, step {step}, {limit}");
                        Assert.True(taken || level < cost + 1 + blurred + blur, $"{name}: refused {cost} of {level}, step {step}, {limit}");
                        if (!taken)
                            break;
                        level -= cost;
                        admitted += cost;
                        break;
                }

                if (!onlyOnes || changed)
                    continue;
                if (ideal >= 1)
                {
                    ideal--;
                    idealAdmitted++;
                }

                _unit.Add((now, admitted));
                Assert.True(admitted >= idealAdmitted - 1 - 1e-6, $"{name}: {admitted} of an ideal {idealAdmitted}, {limit}");
                CheckWindows(limit);
            }
        }

        /// <summary>Every window that ends now.</summary>
        void CheckWindows(RateLimit limit)
        {
            var (end, total) = _unit[^1];
            for (var i = 0; i < _unit.Count - 1; i++)
            {
                var admitted = total - (i == 0 ? 0 : _unit[i - 1].Admitted);
                var most = limit.Burst + (end - _unit[i].At) * limit.Rate + 1;
                Assert.True(admitted <= most + 1e-6, $"{name}: {admitted} in {end - _unit[i].At} s, {limit}");
            }
        }

        RateLimit Draw()
        {
            var permits = Skewed(RateLimit.MaxPermitsPerSecond);
            var period = random.Next(3) switch
            {
                0 => TimeSpan.FromSeconds(1),
                1 => TimeSpan.FromSeconds(random.Next(1, 86_400)),
                _ => TimeSpan.FromTicks(random.NextInt64(1_000_000, TimeSpan.TicksPerDay)),
            };
            if (permits / period.TotalSeconds > RateLimit.MaxPermitsPerSecond)
                permits = 1;
            return new RateLimit(permits, period, random.Next(2) == 0 ? random.Next(1, 50) : Skewed(RateLimit.MaxPermitsPerSecond));
        }

        /// <summary>Mostly about the time of a permit or of the burst; sometimes none, sometimes days.</summary>
        long Gap(RateLimit limit)
        {
            var permit = 1e9 / limit.Rate;
            var gap = random.Next(10) switch
            {
                0 => 0,
                1 => random.NextDouble() * permit * limit.Burst,
                2 => random.NextDouble() * 86_400e9 * 30,
                _ => random.NextDouble() * permit * 2,
            };
            return (long)Math.Min(gap, 86_400e9 * 30);
        }

        long Skewed(long max) => (long)Math.Min(max, Math.Exp(random.NextDouble() * Math.Log(max)) + 1);
    }
}
