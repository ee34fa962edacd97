namespace Tenancy.Postgres.Tests;

public sealed class StorageVerdictTests
{
    static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(1000, 0, true, false)]
    [InlineData(1001, 0, true, false)]
    [InlineData(1050, 0, true, false)]
    [InlineData(1051, 0, true, true)]
    [InlineData(1001, 23, true, false)]
    [InlineData(1001, 24, true, true)]
    [InlineData(1000, 240, true, false)]
    // Nobody is refused because of an estimate.
    [InlineData(9000, 240, false, false)]
    public void Five_in_a_hundred_and_a_day_are_the_grace(long bytes, int hours, bool exact, bool full) => Assert.Equal(full, StorageVerdict.IsFull(
        new StorageLimits { QuotaBytes = 1000 }, new StorageReading(bytes, 1, 1, exact, Now, Now.AddHours(-hours), IsFull: false), Now));

    [Fact]
    public void Without_a_quota_nobody_is_full()
    {
        var huge = new StorageReading(long.MaxValue, 1, long.MaxValue, true, Now, Now.AddYears(-1), IsFull: false);
        Assert.False(StorageVerdict.IsFull(null, huge, Now));
        Assert.False(StorageVerdict.IsFull(new StorageLimits(), huge, Now));
        Assert.False(StorageVerdict.IsFull(new StorageLimits { MaxTables = 1 }, huge with { Tables = 5 }, Now));
    }

    [Theory]
    [InlineData(799, 0)]
    [InlineData(800, 80)]
    [InlineData(899, 80)]
    [InlineData(900, 90)]
    [InlineData(999, 90)]
    [InlineData(1000, 100)]
    [InlineData(5000, 100)]
    public void Thresholds_are_80_90_and_100(long used, int level) => Assert.Equal(level, StorageVerdict.LevelOf(used, 1000));

    [Theory]
    [InlineData("insert into t values (1)", true)]
    [InlineData("  -- a comment\n INSERT INTO t values (1)", true)]
    [InlineData("update t set a = 1", true)]
    [InlineData("merge into t using s on true when matched then delete", true)]
    [InlineData("with a as (select 1) insert into t select * from a", true)]
    [InlineData("with a as (select 1), b as (update t set a = 1 returning a) select * from b", true)]
    [InlineData("with recursive a(b) as (select 1 union all select 2) search depth first by b set s insert into t select b from a", true)]
    [InlineData("with recursive a(b) as (select 1 union all select 2) search breadth first by b, update set s update t set a = 1", true)]
    [InlineData("with recursive a(b) as (select 1 union all select 2) cycle b set c to 'y' default 'n' using \"p\" merge into t using a on true when matched then delete", true)]
    [InlineData("with recursive a(b) as (select 1 union all select 2) search depth first by update set s select * from t for update", false)]
    [InlineData("with recursive a(b) as (select 1 union all select 2) search depth first by b set s cycle b set c using p delete from t", false)]
    [InlineData("with a as (select count(*) cycle from t for update) select max(b) search from a for update", false)]
    [InlineData("with a as (select 1) (select 2)", false)]
    [InlineData("with a as (select 1) select * from t for update", false)]
    [InlineData("with a as (select * from t for no key update) delete from t using a", false)]
    [InlineData("with a as (select ') insert into t') select * from a", false)]
    [InlineData("with a as (delete from t returning *) select * from a", false)]
    [InlineData("delete from t", false)]
    [InlineData("select 'insert' from t", false)]
    [InlineData("select * from t for update", false)]
    [InlineData("values (1)", false)]
    [InlineData("call tidy()", false)]
    [InlineData("fetch 10 from c", false)]
    public void Statements_that_add_or_change_rows_are_known(string sql, bool grows) => Assert.Equal(grows, GrowingStatement.Is(sql));
}
