using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Tenancy.Core.Tests;

public sealed class UsageFlushTests
{
    readonly ManualTime _time = new();
    readonly UsageBook _book = new();
    readonly RecordingLedger _ledger = new();
    readonly Tenant _tenant = Sample.Tenant("acme");
    readonly UsageFlush _flush;

    public UsageFlushTests() =>
        _flush = new UsageFlush(_book, _ledger, Options.Create(new MeteringOptions()), _time, NullLogger<UsageFlush>.Instance);

    [Fact]
    public async Task A_batch_whose_answer_was_lost_goes_again_as_it_was_and_counts_once()
    {
        _book.Count(_tenant, UsageMetric.Requests, 7);
        _ledger.FailsAfter = true;
        Assert.False(await _flush.FlushAsync(default));
        _book.Count(_tenant, UsageMetric.Requests, 5);
        _ledger.FailsAfter = false;
        Assert.True(await _flush.FlushAsync(default));

        Assert.Equal(3, _ledger.Calls);
        Assert.Equal([1L, 2L], _ledger.Taken.Select(static batch => batch.Number));
        Assert.Equal(12, _ledger.Sum(_tenant, UsageMetric.Requests));
    }

    [Fact]
    public async Task What_is_counted_before_a_border_belongs_before_it_however_late_it_is_written()
    {
        _time.Utc = new(2026, 12, 31, 23, 59, 50, TimeSpan.Zero);
        await _flush.FlushAsync(default);
        Assert.Equal(TimeSpan.FromSeconds(10), _flush.UntilNext);
        _book.Count(_tenant, UsageMetric.Requests, 1);
        _time.Pass(TimeSpan.FromSeconds(10));
        _ledger.FailsBefore = true;
        await _flush.FlushAsync(default);
        _book.Count(_tenant, UsageMetric.Requests, 10);
        _time.Pass(TimeSpan.FromMinutes(5));
        _ledger.FailsBefore = false;
        await _flush.FlushAsync(default);

        Assert.Equal(
            [(new DateTimeOffset(2026, 12, 31, 23, 59, 0, TimeSpan.Zero), 1L), (new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero), 10L)],
            _ledger.Taken.Select(static batch => (batch.Minute, batch.Entries[0].Amounts.Requests)));
    }

    [Fact]
    public async Task While_the_ledger_is_away_for_long_batches_are_bounded_and_nothing_is_lost()
    {
        _ledger.FailsBefore = true;
        for (var i = 0; i < 1000; i++)
        {
            _book.Count(_tenant, UsageMetric.Pages);
            _time.Pass(TimeSpan.FromSeconds(10));
            await _flush.FlushAsync(default);
        }

        _ledger.FailsBefore = false;
        await _flush.FlushAsync(default);
        Assert.InRange(_ledger.Taken.Count, 1, 65);
        await _flush.FlushAsync(default);
        Assert.Equal(1000, _ledger.Sum(_tenant, UsageMetric.Pages));
    }

    [Fact]
    public async Task Nothing_used_is_nothing_written()
    {
        Assert.True(await _flush.FlushAsync(default));
        _book.Count(_tenant, UsageMetric.Rows, 4);
        _book.Count(_tenant, UsageMetric.Rows, -4);
        Assert.True(await _flush.FlushAsync(default));
        Assert.Equal(0, _ledger.Calls);
    }
}
